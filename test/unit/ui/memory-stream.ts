import { Writable } from "node:stream";
import { stripVTControlCharacters } from "node:util";

/** Keeps what is written to it; with `columns` it looks like a terminal to whoever draws on it. */
export class MemoryStream extends Writable {
  readonly isTTY = true;
  columns: number;
  rows: number;
  written = "";

  constructor({ columns = 120, rows = 40 }: { columns?: number; rows?: number } = {}) {
    super({ decodeStrings: false });
    this.columns = columns;
    this.rows = rows;
  }

  override _write(chunk: string | Buffer, _encoding: string, done: () => void): void {
    this.written += chunk.toString();
    done();
  }

  /** The lines written, without escape sequences. */
  lines(): string[] {
    return stripVTControlCharacters(this.written).trimEnd().split("\n");
  }

  /** The lines since the screen was last wiped for a frame, without escape sequences. */
  lastFrame(): string[] {
    const lastWipe = this.written.lastIndexOf("\u001b[G");
    return stripVTControlCharacters(this.written.slice(lastWipe + 1).replace(/^\[G/, ""))
      .trimEnd()
      .split("\n");
  }
}

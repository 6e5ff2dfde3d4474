import {
  ANSI_ESCAPE_CODES,
  DefaultRenderer,
  ListrDefaultRendererLogLevels as Level,
  type ListrDefaultRendererOptions,
  ListrLogger,
  ProcessOutput,
} from "listr2";

import { fitLines } from "./fit-lines.js";
import type { Paint, PaintStyle } from "./paint.js";

const DEFAULT_COLUMNS = 80;
const DEFAULT_ROWS = 24;

/** Lets listr2 write to one stream and to no other, with the size that the stream has at the moment. */
export class TerminalOutput extends ProcessOutput {
  private readonly terminal: NodeJS.WriteStream;

  constructor(stream: NodeJS.WritableStream) {
    // listr2 asks for a terminal, but uses no more of it than `write` and its size, which is checked below.
    const terminal = stream as unknown as NodeJS.WriteStream;
    super(terminal, terminal, { leaveEmptyLine: false });
    this.terminal = terminal;
  }

  // A terminal of unknown size says 0, with which nothing could be drawn.
  get columns(): number {
    return this.terminal.columns > 0 ? this.terminal.columns : DEFAULT_COLUMNS;
  }

  get rows(): number {
    return this.terminal.rows > 0 ? this.terminal.rows : DEFAULT_ROWS;
  }

  /** Holds back what others write, but not what shows the cursor: a signal may be about to end the process. */
  override hijack(): void {
    super.hijack();
    const holdBack = this.terminal.write.bind(this.terminal);
    const write = (...args: Parameters<typeof holdBack>) =>
      args[0] === ANSI_ESCAPE_CODES.CURSOR_SHOW ? this.stream.stdout.write(...args) : holdBack(...args);
    this.terminal.write = write as typeof holdBack;
  }

  /** A live view: the one of listr2 is a copy, which would keep the size from before a resize. */
  override get stdout(): NodeJS.WriteStream {
    return Object.create(this.terminal, {
      columns: { get: () => this.columns },
      rows: { get: () => this.rows },
      write: { value: this.stream.stdout.write.bind(this.stream.stdout) },
    }) as NodeJS.WriteStream;
  }
}

/** listr2's live renderer, drawing on `output`; `beforeFrame` is called before each frame. */
export function terminalRenderer(output: TerminalOutput, beforeFrame: () => void): typeof DefaultRenderer {
  return class extends DefaultRenderer {
    /** Without this, listr2 would choose another renderer whenever stdout is a pipe. */
    static override nonTTY = true;

    override create(options?: Parameters<DefaultRenderer["create"]>[0]): string {
      beforeFrame();
      const frame = super.create(options);
      // Only the last frame is asked for without a prompt. Nothing is drawn over it, so it may wrap.
      return options?.prompt === false ? frame : fitLines(frame, output.columns - 1);
    }

    /** The lines as they are: listr2 would wrap them at the width of stdout. */
    protected override format(message: string, icon: string): string[] {
      return `${icon} ${message}`.split("\n").map((line) => line.trimEnd());
    }
  };
}

export function terminalRendererOptions(output: TerminalOutput, paint: Paint): ListrDefaultRendererOptions {
  const painted =
    (style: PaintStyle) =>
    (icon = "") =>
      paint(style, icon);
  return {
    logger: new ListrLogger({ processOutput: output }),
    // The error itself is printed by the caller.
    collapseErrors: false,
    showErrorMessage: false,
    icon: {
      [Level.WAITING]: "-",
      [Level.COMPLETED]: "✔",
      [Level.FAILED]: "✘",
      [Level.SKIPPED_WITH_COLLAPSE]: "-",
    },
    // Each one that can occur, because the defaults go by what stdout can show.
    color: {
      [Level.WAITING]: painted("dim"),
      [Level.PENDING]: painted("yellow"),
      [Level.COMPLETED]: painted("green"),
      [Level.FAILED]: painted("red"),
      [Level.SKIPPED_WITH_COLLAPSE]: painted("dim"),
    },
  };
}

import { randomUUID } from "node:crypto";
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";

import * as z from "zod";

import { CdcError } from "../../errors.js";
import type { ConnectorRecord } from "./connector-memory.js";

const timeMs = z.number().nullable();
const recordSchema: z.ZodType<ConnectorRecord> = z.object({
  restarts: z.number().int().nonnegative(),
  lastRestartMs: timeMs,
  nextTryMs: timeMs,
  runningSinceMs: timeMs,
  emptySinceMs: timeMs,
});
/** By the address of Kafka Connect, then by the connector's name. */
const fileSchema = z.object({
  version: z.literal(1),
  watched: z.record(z.string(), z.record(z.string(), recordSchema)),
});
type Contents = z.infer<typeof fileSchema>;

const EMPTY: Contents = { version: 1, watched: {} };

/** What a watch keeps of the connectors of one Kafka Connect. There is no secret in it. */
export interface RecordFile {
  readonly records: ReadonlyMap<string, ConnectorRecord>;
  /** @throws CdcError PATH_NOT_WRITABLE */
  readonly keep: (records: ReadonlyMap<string, ConnectorRecord>) => void;
}

/**
 * Reads the file, and sees that it can be written.
 * @param onDamaged told why what is there cannot be used; it is begun anew then
 * @throws CdcError PATH_NOT_WRITABLE
 */
export function openRecordFile(file: string, url: string, onDamaged: (reason: string) => void): RecordFile {
  const contents = readContents(file, onDamaged) ?? EMPTY;
  writeContents(file, contents);
  const mine = contents.watched[url] ?? {};
  return {
    records: new Map(Object.entries(mine)),
    keep: (records) =>
      writeContents(file, {
        ...contents,
        watched: { ...contents.watched, [url]: Object.fromEntries(records) },
      }),
  };
}

function readContents(file: string, onDamaged: (reason: string) => void): Contents | undefined {
  try {
    return fileSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    if (error instanceof SyntaxError) onDamaged("it is not JSON");
    else if (error instanceof z.ZodError) onDamaged("it is not what a watch writes, or of another version");
    else if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw notWritable(file, error);
    return undefined;
  }
}

/** Beside its place first, so that nobody reads half of it. */
function writeContents(file: string, contents: Contents): void {
  const draft = `${file}.${randomUUID().slice(0, 8)}.new`;
  try {
    writeFileSync(draft, `${JSON.stringify(contents, undefined, 2)}\n`, { mode: 0o600 });
    renameSync(draft, file);
  } catch (error) {
    rmSync(draft, { force: true });
    throw notWritable(file, error);
  }
}

function notWritable(file: string, error: unknown): CdcError {
  return new CdcError(
    "PATH_NOT_WRITABLE",
    `cannot keep the state of the watch in ${file}: ${(error as Error).message}`,
    {
      hint: "name a file in a folder that you may write to: --state FILE",
      cause: error,
    },
  );
}

import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

import type { Client } from "pg";
import { from as copyFrom } from "pg-copy-streams";

import { CdcError } from "../errors.js";
import type { SqlStatement } from "../sql/sql-file.js";
import { cancelStatement } from "./cancel-statement.js";
import { sqlFailure } from "./sql-failure.js";

export interface LoadSqlOptions {
  /** An abort stops the running statement and ends the connection. */
  readonly signal?: AbortSignal | undefined;
  /** Called behind each statement. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

const CHUNK_BYTES = 64 * 1024;

/**
 * Runs the statements of an SQL file one after the other, each on its own, as psql does. Give it a
 * connection of its own: dumps change settings such as search_path for the rest of the session.
 * Throws SCHEMA_FAILED at the first statement refused, POSTGRES_UNREACHABLE, INTERRUPTED.
 */
export async function loadSql(
  client: Client,
  statements: readonly SqlStatement[],
  { signal, onProgress }: LoadSqlOptions = {},
): Promise<{ statements: number }> {
  let done = 0;
  let ended: Promise<void> | undefined;
  const stop = (): void => {
    ended ??= cancelStatement(client).then(() => client.end());
  };
  signal?.addEventListener("abort", stop);
  try {
    for (const statement of statements) {
      if (signal?.aborted) break;
      try {
        await runStatement(client, statement);
      } catch (error) {
        if (signal?.aborted) break;
        throw sqlFailure(statement, error, done);
      }
      done += 1;
      onProgress?.(done, statements.length);
    }
  } finally {
    signal?.removeEventListener("abort", stop);
  }
  if (!signal?.aborted) return { statements: done };
  stop();
  await ended;
  throw interrupted(statements, done);
}

/** Without parameters, pg uses the simple query protocol, which takes every kind of statement. */
async function runStatement(client: Client, { text, copyData }: SqlStatement): Promise<void> {
  if (copyData === undefined) {
    await client.query(text);
  } else {
    await pipeline(Readable.from(chunksOf(Buffer.from(copyData))), client.query(copyFrom(text)));
  }
}

function* chunksOf(data: Buffer): Generator<Buffer> {
  for (let offset = 0; offset < data.length; offset += CHUNK_BYTES) {
    yield data.subarray(offset, offset + CHUNK_BYTES);
  }
}

function interrupted(statements: readonly SqlStatement[], done: number): CdcError {
  const path = statements[0]?.path ?? "the SQL file";
  return new CdcError("INTERRUPTED", `interrupted while ${path} was loaded (${done}/${statements.length})`, {
    hint: "run the same command again: nothing of the file was kept",
  });
}

import { type Client, DatabaseError } from "pg";

import { cancelStatement } from "./cancel-statement.js";

/** One statement of a batch was refused; `cause` is PostgreSQL's own error. */
export class StatementRefused extends Error {
  override readonly name = "StatementRefused";
  override readonly cause: DatabaseError;
  /** Which statement of the batch it was, from 0. */
  readonly index: number;

  constructor(index: number, cause: DatabaseError) {
    super(cause.message, { cause });
    this.cause = cause;
    this.index = index;
  }
}

export type Rows = readonly Readonly<Record<string, unknown>>[];

/**
 * Runs statements in one round trip, each of them a single one. Nothing behind a refused one runs. An abort
 * stops what is running.
 * @returns the rows of each statement
 * @throws StatementRefused
 */
export async function runBatch(
  client: Client,
  statements: readonly string[],
  signal?: AbortSignal,
): Promise<readonly Rows[]> {
  let done = 0;
  // pg gives away the results before a failure, and an error has no place in the batch unless it is one of
  // syntax. But the server acknowledges each statement, and pg emits that; its types do not tell of it.
  const { connection } = client as unknown as { readonly connection: NodeJS.EventEmitter };
  const count = (): void => void (done += 1);
  const cancel = (): void => void cancelStatement(client);
  connection.on("commandComplete", count);
  signal?.addEventListener("abort", cancel);
  try {
    // Of several statements pg answers an array, which its types do not tell of.
    return [await client.query<Record<string, unknown>>(statements.join(";\n"))]
      .flat()
      .map(({ rows }) => rows);
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof DatabaseError) throw new StatementRefused(done, error);
    throw error;
  } finally {
    connection.off("commandComplete", count);
    signal?.removeEventListener("abort", cancel);
  }
}

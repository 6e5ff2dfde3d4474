import { finished } from "node:stream/promises";

import { to as copyTo } from "pg-copy-streams";

import type { PostgresClient } from "./postgres.js";

/**
 * Runs `COPY (select) TO STDOUT (FORMAT binary)` and hands over the bytes as the server sends them, cut anywhere; it
 * waits while `onBytes` does, so that no more is read than is worked on.
 * @param select trusted SQL: names in it are quoted
 * @throws pg's error of a statement that fails, and the signal's reason once that is aborted; then the connection is of
 * no use any more
 */
export async function copyRows(
  client: PostgresClient,
  select: string,
  onBytes: (bytes: Uint8Array) => Promise<void> | void,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  const stream = client.query(copyTo(`COPY (${select}) TO STDOUT (FORMAT binary)`));
  const abort = () => stream.destroy(signal.reason as Error);
  signal.addEventListener("abort", abort, { once: true });
  try {
    for await (const chunk of stream) await onBytes(chunk as Uint8Array);
    await finished(stream);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

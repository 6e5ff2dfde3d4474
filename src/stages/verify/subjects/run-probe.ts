import type { PostgresClient } from "../../../clients/postgres.js";

/** What is in the way for longer is told, instead of standing in a queue before the application's own work. */
const LOCK_TIMEOUT_MS = 10_000;

interface Answer {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

export interface Committed {
  readonly txId: number;
  readonly sentAtMs: number;
  readonly committedAtMs: number;
}

/**
 * Runs statements as one transaction in one round trip. A process that is killed, or a statement that fails, leaves
 * nothing: PostgreSQL rolls all of it back.
 * @param statements complete ones, everything in them quoted
 */
export async function runProbe(client: PostgresClient, statements: readonly string[]): Promise<Committed> {
  const sentAtMs = performance.now();
  const text = [
    `SET LOCAL lock_timeout = ${LOCK_TIMEOUT_MS}`,
    "SELECT pg_current_xact_id()::text AS id",
    ...statements,
  ].join("; ");
  // Several statements have several results, which the types of pg do not tell.
  const answers = (await client.query(text)) as unknown as readonly Answer[];
  const committedAtMs = performance.now();
  const [, transaction] = answers;
  const id = BigInt(String(transaction?.rows[0]?.id));
  return { txId: Number(id & 0xffff_ffffn), sentAtMs, committedAtMs };
}

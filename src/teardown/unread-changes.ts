import {
  type PostgresEndpoint,
  postgresErrorOf,
  quoteIdentifier,
  withPostgres,
} from "../clients/postgres.js";
import type { Context } from "../context.js";
import { PROBE_TABLE } from "../stages/own-objects.js";

/** What a slot that nobody reads still holds. */
export interface Unread {
  /** WAL after what its reader has confirmed, of any table. */
  readonly bytes: number;
  /** How many changes of published tables are in it, or why that is not known. */
  readonly changes: { readonly count: number; readonly isAtLeast: boolean } | { readonly unknown: string };
}

/** Decoding ends after the transaction in which this many are reached: enough to say that it is not nothing. */
const ENOUGH_CHANGES = 1_000;
const DECODE_MS = 30_000;

/**
 * The messages of pgoutput are told apart by their first byte; an INSERT, UPDATE or DELETE goes on with the table's
 * id. Not counted are the rows of `verify` and the connector's own heartbeat, a message whose prefix begins at byte 10.
 */
const COUNT_CHANGES = `
  SELECT count(*)::int AS changes
  FROM pg_logical_slot_peek_binary_changes($1, NULL, ${ENOUGH_CHANGES},
         'proto_version', '1', 'publication_names', $2, 'messages', 'true') AS message,
       LATERAL (SELECT chr(get_byte(message.data, 0)) AS kind) AS first
  WHERE kind = 'T'
     OR kind IN ('I', 'U', 'D')
        AND ('x' || encode(substring(message.data FROM 2 FOR 4), 'hex'))::bit(32)::bigint
            IS DISTINCT FROM to_regclass($3)::oid::bigint
     OR kind = 'M' AND substring(message.data FROM 11 FOR 10) <> '\\x68656172746265617400'::bytea`;

/** Looks without taking anything out. The slot must not be read meanwhile. */
export function readUnread(
  postgres: PostgresEndpoint,
  slot: { readonly name: string; readonly database: string; readonly isLost: boolean },
  publication: string,
  { deadline }: Pick<Context, "deadline">,
): Promise<Unread> {
  const timeoutMs = Math.max(1, Math.min(DECODE_MS, Math.floor(deadline.remainingMs())));
  return withPostgres(
    postgres,
    slot.database,
    async (client) => {
      const { rows } = await client.query<{ bytes: string }>(
        `SELECT coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), confirmed_flush_lsn), 0)::bigint AS bytes
         FROM pg_replication_slots WHERE slot_name = $1`,
        [slot.name],
      );
      const bytes = Number(rows[0]?.bytes ?? 0);
      // What is lost already is not lost by dropping it.
      if (slot.isLost) return { bytes, changes: { count: 0, isAtLeast: false } };
      try {
        const counted = await client.query<{ changes: number }>(COUNT_CHANGES, [
          slot.name,
          quoteIdentifier(publication),
          PROBE_TABLE,
        ]);
        const count = counted.rows[0]?.changes ?? 0;
        return { bytes, changes: { count, isAtLeast: count >= ENOUGH_CHANGES } };
      } catch (error) {
        const refusal = postgresErrorOf(error);
        if (refusal === undefined) throw error;
        return { bytes, changes: { unknown: refusal.message } };
      }
    },
    { settings: { statement_timeout: timeoutMs } },
  );
}

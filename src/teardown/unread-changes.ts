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
  /** WAL after what is known to be delivered, of any table. */
  readonly bytes: number;
  /** How many changes of published tables are in it, or why that is not known. */
  readonly changes: { readonly count: number; readonly isAtLeast: boolean } | { readonly unknown: string };
}

/** How far a connector's events are known to be in Kafka; its slot confirms that later. */
export interface Delivered {
  readonly lsn: bigint;
  /** Of the last event; null where it is not known. */
  readonly transactionId: number | null;
}

/** Decoding ends after the transaction in which this many messages are reached: enough to say that it is not nothing. */
const ENOUGH_MESSAGES = 20_000;
const DECODE_MS = 30_000;

/**
 * The messages of pgoutput are told apart by their first byte; an INSERT, UPDATE or DELETE goes on with the table's
 * id. They come in the order in which the connector gets them, so that all before the last that is delivered are too.
 * Not counted are the rows of `verify` and the connector's own heartbeat, a message whose prefix begins at byte 10.
 * $4 is where delivery ends, $5 the transaction that it ends in.
 */
const COUNT_CHANGES = `
  WITH message AS (
    SELECT row_number() OVER () AS number, xid, data, chr(get_byte(data, 0)) AS kind,
           pg_wal_lsn_diff(lsn, '0/0') <= $4::numeric AS is_before
    FROM pg_logical_slot_peek_binary_changes($1, NULL, ${ENOUGH_MESSAGES},
         'proto_version', '1', 'publication_names', $2, 'messages', 'true')
  ), delivered AS (
    SELECT coalesce(max(number), 0) AS number FROM message
    WHERE is_before AND (kind = 'C' OR xid::text = $5)
  )
  SELECT (SELECT count(*)::int FROM message) AS messages, count(*)::int AS changes
  FROM message JOIN delivered ON message.number > delivered.number
  WHERE kind = 'T'
     OR kind IN ('I', 'U', 'D')
        AND ('x' || encode(substring(data FROM 2 FOR 4), 'hex'))::bit(32)::bigint
            IS DISTINCT FROM to_regclass($3)::oid::bigint
     OR kind = 'M' AND substring(data FROM 11 FOR 10) <> '\\x68656172746265617400'::bytea`;

/** Looks without taking anything out. The slot must not be read meanwhile. */
export function readUnread(
  postgres: PostgresEndpoint,
  slot: { readonly name: string; readonly database: string; readonly isLost: boolean },
  publication: string,
  delivered: Delivered | undefined,
  { deadline }: Pick<Context, "deadline">,
): Promise<Unread> {
  const deliveredLsn = String(delivered?.lsn ?? 0);
  const timeoutMs = Math.max(1, Math.min(DECODE_MS, Math.floor(deadline.remainingMs())));
  return withPostgres(
    postgres,
    slot.database,
    async (client) => {
      const { rows } = await client.query<{ bytes: string }>(
        `SELECT greatest(0, coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')
                  - greatest(pg_wal_lsn_diff(confirmed_flush_lsn, '0/0'), $2::numeric), 0))::bigint AS bytes
         FROM pg_replication_slots WHERE slot_name = $1`,
        [slot.name, deliveredLsn],
      );
      const bytes = Number(rows[0]?.bytes ?? 0);
      // What is lost already is not lost by dropping it.
      if (slot.isLost) return { bytes, changes: { count: 0, isAtLeast: false } };
      try {
        const counted = await client.query<{ messages: number; changes: number }>(COUNT_CHANGES, [
          slot.name,
          quoteIdentifier(publication),
          PROBE_TABLE,
          deliveredLsn,
          String(delivered?.transactionId ?? ""),
        ]);
        const { messages = 0, changes: count = 0 } = counted.rows[0] ?? {};
        const isAtLeast = messages >= ENOUGH_MESSAGES;
        if (isAtLeast && count === 0)
          return { bytes, changes: { unknown: "it holds too much to be looked through" } };
        return { bytes, changes: { count, isAtLeast } };
      } catch (error) {
        const refusal = postgresErrorOf(error);
        if (refusal === undefined) throw error;
        return { bytes, changes: { unknown: refusal.message } };
      }
    },
    { settings: { statement_timeout: timeoutMs } },
  );
}

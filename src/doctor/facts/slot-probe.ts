import { type PostgresEndpoint, postgresErrorOf, withPostgres } from "../../clients/postgres.js";

/**
 * Whether a logical slot can be made, proved by making one: as Debezium's role, over a replication
 * connection, with the plugin that Debezium uses. It is temporary and gone with the connection.
 */
export type SlotProbe =
  | { readonly ok: true; readonly ms: number }
  | {
      readonly ok: false;
      readonly reason: SlotProbeFailure;
      readonly sqlState: string;
      readonly message: string;
    };

export type SlotProbeFailure =
  | "login" // the password is wrong, or pg_hba.conf has no line for it
  | "pooler" // what answers does not speak the replication protocol
  | "right" // the role may not replicate
  | "wal_level"
  | "headroom" // no free slot or WAL sender
  | "blocked" // a transaction that writes keeps the slot from being made
  | "other";

/** A slot waits for every transaction that writes; this long is enough where none goes on and on. */
const WAIT_MS = 2_000;

export async function probeSlot(asRole: PostgresEndpoint, database: string): Promise<SlotProbe> {
  const startedMs = performance.now();
  const slot = `cdc_pipeline_probe_${crypto.randomUUID().slice(0, 8)}`;
  try {
    await withPostgres(
      asRole,
      database,
      (client) =>
        client.query(`CREATE_REPLICATION_SLOT ${slot} TEMPORARY LOGICAL pgoutput NOEXPORT_SNAPSHOT`),
      // The server itself gives up waiting: should this process die, nothing stays behind.
      { replication: "database", settings: { lock_timeout: WAIT_MS } },
    );
    return { ok: true, ms: performance.now() - startedMs };
  } catch (error) {
    const refusal = postgresErrorOf(error);
    if (refusal === undefined) throw error;
    const { code: sqlState = "", message } = refusal;
    return { ok: false, reason: reasonOf(sqlState, message), sqlState, message };
  }
}

function reasonOf(sqlState: string, message: string): SlotProbeFailure {
  if (message.includes("wal_level")) return "wal_level";
  switch (sqlState) {
    case "28000":
    case "28P01":
      return "login";
    case "55P03":
    case "57014":
      return "blocked";
    case "53400":
    case "53300":
      return "headroom";
    case "42501":
      return "right";
    // PgBouncer's word for a parameter that it does not pass on; or the command was taken for SQL.
    case "08P01":
    case "42601":
      return "pooler";
    default:
      return "other";
  }
}

import { asDebezium, type RoleLogin } from "../../clients/as-debezium.js";
import {
  type PostgresClient,
  type PostgresEndpoint,
  postgresErrorOf,
  withPostgres,
} from "../../clients/postgres.js";
import type { Blocker } from "./server-facts.js";
import { BLOCKERS } from "./server-queries.js";

/**
 * Whether a logical slot can be made, proved by making one: as Debezium's role, over a replication
 * connection, with the plugin that Debezium uses. It is temporary and gone with the connection.
 */
export type SlotProbe =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly reason: SlotProbeFailure;
      readonly sqlState: string;
      readonly message: string;
      /** The transactions that were in the way all the time; only where it is blocked. */
      readonly blockers: readonly Blocker[];
    };

export type SlotProbeFailure =
  | "login" // the role does not get in at all, whatever it wants to do
  | "pooler" // what answers does not speak the replication protocol
  | "right" // the role may not replicate
  | "wal_level"
  | "headroom" // no free slot or WAL sender
  | "blocked" // a transaction that writes keeps the slot from being made
  | "other";

/** A slot waits for every transaction that writes; this long is enough where none goes on and on. */
const WAIT_MS = 2_000;
/** Those that are older have been waited for; a younger one is work as usual, and in nobody's way for long. */
const BLOCKER_SECONDS = WAIT_MS / 1000;
/** What has just been seen to block one slot need not be waited for again. */
const SHORT_WAIT_MS = 200;

/**
 * Makes a function that probes one database after another, however it is called: two probes at once would
 * take from each other the slot and the sender that each looks for.
 * @param postgres as the administrator reaches it, who sees what is in the way
 * @param after what must be over before the first probe: it would count the probe's slot as one in use
 */
export function createSlotProber(
  postgres: PostgresEndpoint,
  login: RoleLogin,
  after: Promise<unknown>,
): (database: string) => Promise<SlotProbe> {
  const asRole = asDebezium(postgres, login);
  let last: Promise<SlotProbe | undefined> = after.then(() => undefined);
  return (database) => {
    const probe = last.then(async (before) => {
      const wasBlocked = isBlocked(before);
      const now = await probeSlot(asRole, database, wasBlocked ? SHORT_WAIT_MS : WAIT_MS);
      if (!isBlocked(now)) return now;
      return { ...now, blockers: await withPostgres(postgres, postgres.adminDatabase, readBlockers) };
    });
    last = probe.catch(() => undefined);
    return probe;
  };
}

type Failure = Extract<SlotProbe, { ok: false }>;

const isBlocked = (probe: SlotProbe | undefined): probe is Failure =>
  probe?.ok === false && probe.reason === "blocked";

async function readBlockers(client: PostgresClient): Promise<Blocker[]> {
  const { rows } = await client.query<Blocker>(
    `SELECT kind, id, database, age::float8 AS "ageSeconds", state FROM (${BLOCKERS}) b
     WHERE age >= $1 ORDER BY age DESC`,
    [BLOCKER_SECONDS],
  );
  return rows;
}

/** @throws CdcError for a server that is not there, and for a database that is not or lets nobody in */
async function probeSlot(asRole: PostgresEndpoint, database: string, waitMs: number): Promise<SlotProbe> {
  const slot = `cdc_pipeline_probe_${crypto.randomUUID().slice(0, 8)}`;
  try {
    await withPostgres(
      asRole,
      database,
      (client) =>
        client.query(`CREATE_REPLICATION_SLOT ${slot} TEMPORARY LOGICAL pgoutput NOEXPORT_SNAPSHOT`),
      // The server itself gives up waiting: should this process die, nothing stays behind.
      { replication: "database", settings: { lock_timeout: waitMs } },
    );
    return { ok: true };
  } catch (error) {
    const refusal = postgresErrorOf(error);
    const { code: sqlState = "", message = "" } = refusal ?? {};
    const isOfDatabase =
      sqlState === "3D000" || (sqlState === "55000" && message.includes("accepting connections"));
    if (refusal === undefined || isOfDatabase || sqlState.startsWith("57P0")) throw error;
    return { ok: false, reason: reasonOf(sqlState, message), sqlState, message, blockers: [] };
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
      return "headroom";
    case "53300":
      // Also the word for a role's, a database's or the server's limit of connections.
      return message.includes("max_wal_senders") ? "headroom" : "login";
    case "42501":
      return message.includes("for database") ? "login" : "right";
    // PgBouncer's word for a parameter that it does not pass on; or the command was taken for SQL.
    case "08P01":
    case "42601":
      return "pooler";
    default:
      return "other";
  }
}

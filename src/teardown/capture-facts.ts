import { type CapturingConnector, capturingConnector } from "../capturing-connector.js";
import type { ConnectEndpoint } from "../clients/connect/connect-endpoint.js";
import { createConnectClient } from "../clients/connect/create-connect-client.js";
import { type PostgresEndpoint, withPostgres } from "../clients/postgres.js";
import type { Context } from "../context.js";
import { foreseenError } from "../errors.js";
import { deadlineIn } from "../wait/deadline.js";

export interface SlotFacts {
  readonly name: string;
  readonly database: string;
  readonly isActive: boolean;
  /** PostgreSQL has removed WAL that was not read: nothing in it can be read any more. */
  readonly isLost: boolean;
  /** WAL, of any table, that no reader has confirmed. */
  readonly unconfirmedBytes: number;
}

/** Who reads what of a PostgreSQL that is to stay. */
export interface CaptureFacts {
  /** The permanent logical slots, sorted by name. */
  readonly slots: readonly SlotFacts[];
  /** Or why they are not known. */
  readonly connectors: readonly CapturingConnector[] | { readonly unknown: string };
}

/** A worker that is there answers; one that rebalances gets this long. */
const CONNECT_MS = 15_000;

/** @param connect where Kafka Connect is, or why it is not asked */
export async function readCapture(
  postgres: PostgresEndpoint,
  connect: ConnectEndpoint | { readonly unknown: string },
  context: Context,
): Promise<CaptureFacts> {
  // The slots last: a connector that was seen has made its slot, or will not while it is known of.
  const connectors = "unknown" in connect ? connect : await readConnectors(connect, context);
  return { connectors, slots: await readSlots(postgres) };
}

async function readConnectors(
  endpoint: ConnectEndpoint,
  { signal, deadline }: Context,
): Promise<CaptureFacts["connectors"]> {
  try {
    const short = deadlineIn(Math.min(CONNECT_MS, deadline.remainingMs()));
    const registered = await createConnectClient(endpoint, { signal, deadline: short }).connectors();
    return registered.map(capturingConnector);
  } catch (error) {
    return { unknown: foreseenError(error, signal).message };
  }
}

/** The permanent logical slots of a server, sorted by name. */
export function readSlots(postgres: PostgresEndpoint): Promise<readonly SlotFacts[]> {
  return withPostgres(postgres, postgres.adminDatabase, async (client) => {
    const { rows } = await client.query<Omit<SlotFacts, "unconfirmedBytes"> & { unconfirmedBytes: string }>(
      `SELECT slot_name AS name, database, active AS "isActive",
              coalesce(wal_status = 'lost', false) AS "isLost",
              coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), confirmed_flush_lsn), 0)::bigint AS "unconfirmedBytes"
       FROM pg_replication_slots WHERE slot_type = 'logical' AND NOT temporary ORDER BY slot_name`,
    );
    return rows.map((row) => ({ ...row, unconfirmedBytes: Number(row.unconfirmedBytes) }));
  });
}

import { quoteIdentifier, quoteLiteral } from "../../src/clients/postgres.js";
import type { PostgresConnection } from "./postgres-connection.js";
import { ReplicationStream } from "./replication-stream.js";

export interface SlotReaderOptions {
  readonly database: string;
  /** Must exist. */
  readonly slot: string;
  /** For slots of pgoutput; it needs to exist only when there is something to send. */
  readonly publication?: string;
  /** By default the superuser. */
  readonly login?: { readonly user: string; readonly password: string };
  readonly applicationName?: string;
}

/**
 * Reads a logical slot as Debezium does, so that the slot is active and has its row in pg_stat_replication.
 * @param server with its superuser
 */
export function startSlotReader(
  server: PostgresConnection,
  { database, slot, publication, login = server, applicationName = "slot reader" }: SlotReaderOptions,
): Promise<ReplicationStream> {
  const options =
    publication === undefined
      ? ""
      : `(proto_version '1', publication_names ${quoteLiteral(quoteIdentifier(publication))})`;
  return ReplicationStream.start(server, {
    replication: "database",
    client: { user: login.user, password: login.password, database, application_name: applicationName },
    command: () => `START_REPLICATION SLOT ${quoteIdentifier(slot)} LOGICAL 0/0 ${options}`,
  });
}

export interface PhysicalReplicaOptions {
  /** A physical one, must exist; by default none. */
  readonly slot?: string;
  readonly applicationName?: string;
}

/** Reads the WAL as a standby does, from where it is now, and does nothing with it. */
export function startPhysicalReplica(
  server: PostgresConnection,
  { slot, applicationName = "physical replica" }: PhysicalReplicaOptions = {},
): Promise<ReplicationStream> {
  return ReplicationStream.start(server, {
    replication: "true",
    client: { application_name: applicationName },
    async command(client) {
      const { rows } = await client.query<{ xlogpos: string }>("IDENTIFY_SYSTEM");
      const which = slot === undefined ? "" : `SLOT ${quoteIdentifier(slot)}`;
      return `START_REPLICATION ${which} PHYSICAL ${rows[0]?.xlogpos ?? ""}`;
    },
  });
}

import type { PostgresClient } from "../../clients/postgres.js";

/** What `prepare` needs to know of the whole server; read once, from the administrator's database. */
export interface ServerFacts {
  /** `server_version_num`: 150018. */
  readonly version: number;
  readonly walLevel: string;
  readonly isInRecovery: boolean;
  readonly databases: readonly ServerDatabase[];
  readonly hasRole: boolean;
  readonly slots: readonly ServerSlot[];
  readonly maxSlots: number;
  readonly maxSenders: number;
  readonly senders: number;
  /** Connections that somebody who is no superuser may still open. */
  readonly freeConnections: number;
}

export interface ServerDatabase {
  readonly name: string;
  readonly isTemplate: boolean;
  readonly allowsConnections: boolean;
}

export interface ServerSlot {
  readonly name: string;
  readonly database: string | null;
  readonly isActive: boolean;
}

const DATABASES = `(SELECT jsonb_agg(jsonb_build_object('name', datname, 'isTemplate', datistemplate,
      -- -2 marks one whose DROP DATABASE was interrupted.
      'allowsConnections', datallowconn AND datconnlimit <> -2) ORDER BY datname) FROM pg_database)`;

const FACTS = `SELECT jsonb_build_object(
  'version', current_setting('server_version_num')::int,
  'walLevel', current_setting('wal_level'),
  'isInRecovery', pg_is_in_recovery(),
  'databases', ${DATABASES},
  'hasRole', EXISTS (SELECT FROM pg_roles WHERE rolname = $1),
  'slots', coalesce((SELECT jsonb_agg(jsonb_build_object('name', slot_name, 'database', database, 'isActive', active)
      ORDER BY slot_name) FROM pg_replication_slots), '[]'),
  'maxSlots', current_setting('max_replication_slots')::int,
  'maxSenders', current_setting('max_wal_senders')::int,
  'senders', (SELECT count(*) FROM pg_stat_get_wal_senders()),
  'freeConnections', current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
      - coalesce(current_setting('reserved_connections', true)::int, 0)
      - (SELECT coalesce(sum(numbackends), 0) FROM pg_stat_database)
) AS facts`;

export async function readServerFacts(client: PostgresClient, role: string): Promise<ServerFacts> {
  const { rows } = await client.query<{ facts: ServerFacts }>(FACTS, [role]);
  const facts = rows[0]?.facts;
  if (facts === undefined) throw new Error("the server's facts query returned no row");
  return facts;
}

export async function readDatabases(client: PostgresClient): Promise<readonly ServerDatabase[]> {
  const { rows } = await client.query<{ databases: readonly ServerDatabase[] }>(
    `SELECT ${DATABASES} AS databases`,
  );
  return rows[0]?.databases ?? [];
}

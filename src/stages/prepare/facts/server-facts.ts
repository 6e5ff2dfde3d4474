import type { PostgresClient } from "../../../clients/postgres.js";

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
  /**
   * Whether `pg_hba.conf` tells no database from another, so that a login to one proves the login to all;
   * false also where it cannot be read, or was changed since the server read it.
   */
  readonly areLoginsAlike: boolean;
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
      - (SELECT coalesce(sum(numbackends), 0) FROM pg_stat_database),
  'isSuperuser', (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
) AS facts`;

/**
 * Only for superusers. The keyword `replication` is about physical replication, which is no matter here.
 * A file's time is told in whole seconds.
 */
const LOGIN_RULES = `SELECT (pg_stat_file(current_setting('hba_file'))).modification < pg_conf_load_time() - interval '1 s'
    AND NOT EXISTS (SELECT FROM pg_hba_file_rules
                    WHERE error IS NOT NULL OR database NOT IN ('{all}', '{replication}')) AS "areAlike"`;

export async function readServerFacts(client: PostgresClient, role: string): Promise<ServerFacts> {
  type Answer = Omit<ServerFacts, "areLoginsAlike"> & { readonly isSuperuser: boolean };
  const { rows } = await client.query<{ facts: Answer }>(FACTS, [role]);
  const [found] = rows;
  if (found === undefined) throw new Error("the server's facts query returned no row");
  const { isSuperuser, ...facts } = found.facts;
  return { ...facts, areLoginsAlike: isSuperuser && (await areLoginsAlike(client)) };
}

async function areLoginsAlike(client: PostgresClient): Promise<boolean> {
  const { rows } = await client.query<{ areAlike: boolean }>(LOGIN_RULES);
  return rows[0]?.areAlike === true;
}

export async function readDatabases(client: PostgresClient): Promise<readonly ServerDatabase[]> {
  const { rows } = await client.query<{ databases: readonly ServerDatabase[] }>(
    `SELECT ${DATABASES} AS databases`,
  );
  return rows[0]?.databases ?? [];
}

import type { PostgresClient } from "../../clients/postgres.js";

/** What one PostgreSQL server says of itself; read in one query, as the administrator. */
export interface ServerFacts {
  /** `150018` for 15.18. */
  readonly versionNumber: number;
  readonly version: string;
  readonly isInRecovery: boolean;
  readonly currentUser: string;
  readonly isSuperuser: boolean;
  /** Whether the administrator sees what other roles' sessions do. */
  readonly seesSessions: boolean;
  /** By name; one that this version does not have, or that may not be seen, is missing. */
  readonly settings: Readonly<Record<string, ServerSetting>>;
  readonly slotsInUse: number;
  readonly sendersInUse: number;
  readonly connectionsInUse: number;
  readonly archiver: {
    readonly failedCount: number;
    readonly lastFailedWal: string | null;
    /** Whether the last attempt failed. */
    readonly isFailing: boolean;
  };
  /** Bytes in pg_wal; null where the administrator may not look. */
  readonly walDirectoryBytes: number | null;
  /** The average since the statistics were reset; null where there is none. */
  readonly walBytesPerSecond: number | null;
  /** Bytes free where pg_wal is; null where the server is not on this machine. */
  readonly walFreeBytes: number | null;
  readonly blockers: readonly Blocker[];
  readonly slots: readonly SlotFacts[];
  /** Streaming standbys, which would be promoted if this server were lost. */
  readonly physicalStandbys: number;
  /** Lines of pg_hba.conf that PostgreSQL cannot read, with its words; empty where it may not be asked. */
  readonly brokenHbaLines: readonly string[];
  /** Debezium's role; null where there is none. */
  readonly role: RoleFacts | null;
}

export interface ServerSetting {
  /** In the setting's own unit. */
  readonly value: string;
  readonly isPendingRestart: boolean;
}

/** A transaction that has written and not ended: no logical slot can be made until it does. */
export interface Blocker {
  readonly kind: "transaction" | "prepared";
  /** A process id, or the prepared transaction's name. */
  readonly id: string;
  readonly database: string;
  readonly ageSeconds: number;
  readonly state: string;
}

export interface RoleFacts {
  readonly canLogin: boolean;
  /** Its own attribute, or membership in `rds_replication`. */
  readonly canReplicate: boolean;
  readonly isSuperuser: boolean;
  readonly bypassesRowSecurity: boolean;
  /** -1 means no limit. */
  readonly connectionLimit: number;
  /** Seconds until its password expires, negative when it has; null where it does not. */
  readonly expiresInSeconds: number | null;
  /** How its password is kept; null where the administrator may not look or there is none. */
  readonly passwordKind: "scram" | "md5" | null;
}

export interface SlotFacts {
  readonly name: string;
  readonly database: string;
  readonly plugin: string;
  readonly isActive: boolean;
  /** reserved, extended, unreserved, lost */
  readonly walStatus: string | null;
  /** Bytes of WAL that may still be written before it is lost; null without a limit. */
  readonly safeWalBytes: number | null;
  /** Bytes of WAL kept for it; null when it is lost. */
  readonly retainedBytes: number | null;
  /** Bytes that its reader has not confirmed. */
  readonly unconfirmedBytes: number | null;
  /** Bytes kept only because a transaction began so long ago. */
  readonly heldByTransactionsBytes: number | null;
  readonly confirmedLsn: string | null;
  readonly catalogXminAge: number | null;
  readonly invalidationReason: string | null;
  readonly isFailover: boolean;
  readonly spilledBytes: number;
  readonly spilledTransactions: number;
  readonly reader: {
    readonly address: string | null;
    readonly applicationName: string;
    readonly waitEvent: string | null;
    readonly senderState: string | null;
    /** Seconds since it last answered. */
    readonly replyAgeSeconds: number | null;
  } | null;
}

const SETTINGS = [
  "archive_command",
  "archive_library",
  "archive_mode",
  "autovacuum_freeze_max_age",
  "data_directory",
  "fsync",
  "full_page_writes",
  "hot_standby_feedback",
  "idle_replication_slot_timeout",
  "logical_decoding_work_mem",
  "max_connections",
  "max_replication_slots",
  "max_slot_wal_keep_size",
  "max_wal_senders",
  "password_encryption",
  "superuser_reserved_connections",
  "track_counts",
  "wal_level",
  "wal_sender_timeout",
];

/** Columns that only newer versions have are read through `to_jsonb`, so that one statement serves all. */
const FACTS = `
WITH now_at AS (
  SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END AS lsn
),
slot AS (
  SELECT s.slot_name, jsonb_build_object(
    'name', s.slot_name, 'database', s.database, 'plugin', s.plugin, 'isActive', s.active,
    'walStatus', s.wal_status, 'safeWalBytes', s.safe_wal_size,
    'retainedBytes', pg_wal_lsn_diff(n.lsn, s.restart_lsn),
    'unconfirmedBytes', pg_wal_lsn_diff(n.lsn, s.confirmed_flush_lsn),
    'heldByTransactionsBytes', pg_wal_lsn_diff(s.confirmed_flush_lsn, s.restart_lsn),
    'confirmedLsn', s.confirmed_flush_lsn, 'catalogXminAge', age(s.catalog_xmin),
    'invalidationReason', to_jsonb(s) ->> 'invalidation_reason',
    'isFailover', coalesce((to_jsonb(s) ->> 'failover')::boolean, false),
    'spilledBytes', coalesce(t.spill_bytes, 0), 'spilledTransactions', coalesce(t.spill_txns, 0),
    'reader', CASE WHEN a.pid IS NOT NULL THEN jsonb_build_object(
      'address', host(a.client_addr), 'applicationName', a.application_name, 'waitEvent', a.wait_event,
      'senderState', r.state, 'replyAgeSeconds', extract(epoch FROM clock_timestamp() - r.reply_time)) END) AS facts
  FROM pg_replication_slots s CROSS JOIN now_at n
  LEFT JOIN pg_stat_activity a ON a.pid = s.active_pid
  LEFT JOIN pg_stat_replication r ON r.pid = s.active_pid
  LEFT JOIN pg_stat_replication_slots t ON t.slot_name = s.slot_name
  WHERE s.slot_type = 'logical' AND NOT s.temporary
),
blocker AS (
  SELECT 'transaction' AS kind, pid::text AS id, datname, extract(epoch FROM clock_timestamp() - xact_start) AS age, state
  FROM pg_stat_activity WHERE backend_xid IS NOT NULL AND pid <> pg_backend_pid()
  UNION ALL
  SELECT 'prepared', gid, database, extract(epoch FROM clock_timestamp() - prepared), 'prepared' FROM pg_prepared_xacts
)
SELECT jsonb_build_object(
  'versionNumber', current_setting('server_version_num')::int,
  'version', current_setting('server_version'),
  'isInRecovery', pg_is_in_recovery(),
  'currentUser', current_user,
  'isSuperuser', (SELECT rolsuper FROM pg_roles WHERE rolname = current_user),
  'seesSessions', pg_has_role('pg_read_all_stats', 'USAGE'),
  'settings', (SELECT jsonb_object_agg(name, jsonb_build_object('value', setting, 'isPendingRestart', pending_restart))
               FROM pg_settings WHERE name = ANY ($2)),
  'slotsInUse', (SELECT count(*) FROM pg_replication_slots),
  'sendersInUse', (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'walsender'),
  'connectionsInUse', (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'),
  'archiver', (SELECT jsonb_build_object('failedCount', failed_count, 'lastFailedWal', last_failed_wal,
      'isFailing', coalesce(last_failed_time > coalesce(last_archived_time, '-infinity'), false)) FROM pg_stat_archiver),
  'walDirectoryBytes', CASE WHEN has_function_privilege('pg_ls_waldir()', 'EXECUTE')
      THEN (SELECT sum(size) FROM pg_ls_waldir()) END,
  'walBytesPerSecond', (SELECT wal_bytes / nullif(extract(epoch FROM clock_timestamp() - stats_reset), 0) FROM pg_stat_wal),
  'blockers', coalesce((SELECT jsonb_agg(jsonb_build_object('kind', kind, 'id', id, 'database', datname,
      'ageSeconds', age, 'state', state) ORDER BY age DESC) FROM blocker), '[]'),
  'slots', coalesce((SELECT jsonb_agg(facts ORDER BY slot_name) FROM slot), '[]'),
  'physicalStandbys', (SELECT count(*) FROM pg_stat_replication r
      WHERE NOT EXISTS (SELECT FROM pg_replication_slots s WHERE s.active_pid = r.pid AND s.slot_type = 'logical')
        AND application_name <> 'pg_basebackup'),
  'brokenHbaLines', '[]'::jsonb,
  'role', (SELECT jsonb_build_object('canLogin', rolcanlogin,
      'canReplicate', rolreplication OR EXISTS (SELECT FROM pg_roles m WHERE m.rolname = 'rds_replication'
                                                AND pg_has_role(r.oid, m.oid, 'MEMBER')),
      'isSuperuser', rolsuper, 'bypassesRowSecurity', rolbypassrls, 'connectionLimit', rolconnlimit,
      'expiresInSeconds', CASE WHEN isfinite(rolvaliduntil) THEN extract(epoch FROM rolvaliduntil - clock_timestamp()) END,
      'passwordKind', NULL) FROM pg_roles r WHERE rolname = $1)
) AS facts`;

/** What only a superuser may read: each column is null or empty for others, who do not run it. */
const SECRETS = `
SELECT (SELECT CASE WHEN rolpassword LIKE 'SCRAM-SHA-256$%' THEN 'scram' WHEN rolpassword LIKE 'md5%' THEN 'md5' END
        FROM pg_authid WHERE rolname = $1) AS "passwordKind",
       (SELECT coalesce(jsonb_agg(format('line %s: %s', line_number, error) ORDER BY line_number), '[]')
        FROM pg_hba_file_rules WHERE error IS NOT NULL) AS "brokenHbaLines"`;

/** @param role Debezium's */
export async function readServer(
  client: PostgresClient,
  role: string,
  findFreeBytes: (folder: string) => Promise<number | null>,
): Promise<ServerFacts> {
  const { rows } = await client.query<{ facts: ServerFacts }>(FACTS, [role, SETTINGS]);
  const facts = rows[0]?.facts;
  if (facts === undefined) throw new Error("the facts query returned no row");
  const folder = facts.settings.data_directory?.value;
  const walFreeBytes = folder === undefined ? null : await findFreeBytes(folder);
  if (!facts.isSuperuser) return { ...facts, walFreeBytes };
  const secrets = await client.query<{ passwordKind: RoleFacts["passwordKind"]; brokenHbaLines: string[] }>(
    SECRETS,
    [role],
  );
  const { passwordKind = null, brokenHbaLines = [] } = secrets.rows[0] ?? {};
  return {
    ...facts,
    walFreeBytes,
    brokenHbaLines,
    role: facts.role === null ? null : { ...facts.role, passwordKind },
  };
}

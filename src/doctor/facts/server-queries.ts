/** The settings that checks look at; one that a version does not have is left out of the answer. */
export const SETTINGS = [
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

/** Transactions that have written and not ended: a new slot waits for each. */
export const BLOCKERS = `
  SELECT 'transaction' AS kind, pid::text AS id, datname AS database, extract(epoch FROM clock_timestamp() - xact_start) AS age, state
  FROM pg_stat_activity WHERE backend_xid IS NOT NULL AND pid <> pg_backend_pid()
  UNION ALL
  SELECT 'prepared', gid, database, extract(epoch FROM clock_timestamp() - prepared), 'prepared' FROM pg_prepared_xacts`;

/**
 * $1 is Debezium's role, $2 the settings' names. Columns that only newer versions have are read through `to_jsonb`, so that one
 * statement serves all.
 */
export const SERVER_QUERY = `
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
      'senderState', r.state, 'unsentBytes', pg_wal_lsn_diff(n.lsn, r.sent_lsn), 'isStill', NULL,
      'replyAgeSeconds', extract(epoch FROM clock_timestamp() - r.reply_time)) END) AS facts
  FROM pg_replication_slots s CROSS JOIN now_at n
  LEFT JOIN pg_stat_activity a ON a.pid = s.active_pid
  LEFT JOIN pg_stat_replication r ON r.pid = s.active_pid
  LEFT JOIN pg_stat_replication_slots t ON t.slot_name = s.slot_name
  WHERE s.slot_type = 'logical' AND NOT s.temporary
),
blocker AS (${BLOCKERS})
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
  'mayListWal', has_function_privilege('pg_ls_waldir()', 'EXECUTE'),
  'walBytesPerSecond', (SELECT wal_bytes / nullif(extract(epoch FROM clock_timestamp() - stats_reset), 0) FROM pg_stat_wal),
  'blockers', coalesce((SELECT jsonb_agg(jsonb_build_object('kind', kind, 'id', id, 'database', database,
      'ageSeconds', age, 'state', state) ORDER BY age DESC) FROM blocker), '[]'),
  'slots', coalesce((SELECT jsonb_agg(facts ORDER BY slot_name) FROM slot), '[]'),
  'physicalStandbys', (SELECT count(*) FROM pg_stat_replication r
      WHERE NOT EXISTS (SELECT FROM pg_replication_slots s WHERE s.active_pid = r.pid AND s.slot_type = 'logical')
        AND r.state IN ('catchup', 'streaming') AND application_name <> 'pg_basebackup'),
  'brokenHbaLines', '[]'::jsonb,
  'role', (SELECT jsonb_build_object('canLogin', rolcanlogin,
      'canReplicate', rolreplication OR EXISTS (SELECT FROM pg_roles m WHERE m.rolname = 'rds_replication'
                                                AND pg_has_role(r.oid, m.oid, 'MEMBER')),
      'isSuperuser', rolsuper, 'bypassesRowSecurity', rolbypassrls, 'connectionLimit', rolconnlimit,
      'expiresInSeconds', CASE WHEN isfinite(rolvaliduntil) THEN extract(epoch FROM rolvaliduntil - clock_timestamp()) END,
      'passwordKind', NULL) FROM pg_roles r WHERE rolname = $1)
) AS facts`;

/** Only for those who may: PostgreSQL looks at the right before anything of a statement is run. */
export const WAL_DIRECTORY_QUERY = `SELECT sum(size)::float8 AS bytes FROM pg_ls_waldir()`;

/** What only a superuser may read. $1 is Debezium's role. */
export const SUPERUSER_QUERY = `
SELECT (SELECT CASE WHEN rolpassword LIKE 'SCRAM-SHA-256$%' THEN 'scram' WHEN rolpassword LIKE 'md5%' THEN 'md5' END
        FROM pg_authid WHERE rolname = $1) AS "passwordKind",
       (SELECT coalesce(jsonb_agg(format('line %s: %s', line_number, error) ORDER BY line_number), '[]')
        FROM pg_hba_file_rules WHERE error IS NOT NULL) AS "brokenHbaLines"`;

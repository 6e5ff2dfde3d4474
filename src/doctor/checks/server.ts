import { quoteIdentifier } from "../../clients/postgres.js";
import { defineCheck } from "../check.js";
import { alterSystem } from "./fixes.js";

/* What keeps a PostgreSQL server as a whole from being captured. */

const POSTGRES_FLOOR = 140_000;
/** The oldest major version that the PostgreSQL project still mends; 14 ended in November 2026. */
const POSTGRES_SUPPORTED = 150_000;

const postgresUnreachable = defineCheck({
  code: "POSTGRES_UNREACHABLE",
  severity: "error",
  scope: "server",
  needs: ["reach"],
  title: "PostgreSQL answers the administrator",
  why: "Nothing of a database can be looked at, and Debezium may not reach it either.",
  remedy:
    "Start the server, or correct `postgres.host`, `postgres.port`, `postgres.adminUser` and its password.",
  look: ({ reach }) =>
    reach.postgres === undefined
      ? []
      : [{ seen: reach.postgres, fix: { kind: "command", command: "cdc-pipeline status" } }],
});

const serverVersion = defineCheck({
  code: "SERVER_VERSION_OLD",
  severity: "error",
  scope: "server",
  needs: ["server"],
  title: "PostgreSQL is of a version that is still mended",
  why: "Before 14 capture is not tested here; a version whose life has ended gets no more fixes, those of logical decoding included.",
  remedy: "Upgrade PostgreSQL. Before 17, pg_upgrade does not keep slots: plan a new snapshot.",
  look: ({ server: { versionNumber, version } }) => {
    if (versionNumber >= POSTGRES_SUPPORTED) return [];
    const severity = versionNumber < POSTGRES_FLOOR ? "error" : "warning";
    const text = "upgrade PostgreSQL to 15 or newer; its slots are not kept by pg_upgrade before 17";
    return [{ severity, seen: `PostgreSQL ${version}`, fix: { kind: "advice", text } }];
  },
});

const walLevel = defineCheck({
  code: "WAL_LEVEL_NOT_LOGICAL",
  severity: "error",
  scope: "server",
  needs: ["server"],
  title: "wal_level is logical",
  why: "Without logical WAL no slot can be made. Kafka Connect finds out only when the task starts, and it fails.",
  remedy:
    "`ALTER SYSTEM SET wal_level = logical;` and a restart of PostgreSQL (RDS: `rds.logical_replication = 1`).",
  look: ({ server: { settings }, settings: { postgres } }) => {
    const level = settings.wal_level;
    // Changed and waiting: another check tells of it.
    if (level === undefined || level.value === "logical" || level.isPendingRestart) return [];
    const sql = "ALTER SYSTEM SET wal_level = logical; -- then restart PostgreSQL";
    return [
      {
        seen: `wal_level = ${level.value}`,
        fix: { kind: "sql", database: postgres.adminDatabase, sql, isSafe: false },
      },
    ];
  },
});

const pendingRestart = defineCheck({
  code: "SETTING_PENDING_RESTART",
  severity: "error",
  scope: "server",
  needs: ["server"],
  title: "No setting that capture needs waits for a restart",
  why: "The setting was changed, but PostgreSQL goes on with the old value until it is restarted.",
  remedy: "Restart PostgreSQL at a time that suits its users.",
  look: ({ server: { settings } }) =>
    Object.entries(settings).flatMap(([name, { value, isPendingRestart }]) =>
      isPendingRestart
        ? [
            {
              object: name,
              severity: name === "wal_level" ? ("error" as const) : ("warning" as const),
              seen: `${name} = ${value} until the next restart`,
              fix: { kind: "advice" as const, text: "restart PostgreSQL" },
            },
          ]
        : [],
    ),
});

const hbaFile = defineCheck({
  code: "HBA_FILE_BROKEN",
  severity: "warning",
  scope: "server",
  needs: ["server"],
  title: "Every line of pg_hba.conf can be read",
  why: "With one bad line PostgreSQL keeps the rules that it had, and after a restart it does not start.",
  remedy: "Correct the line, then `SELECT pg_reload_conf();`.",
  look: ({ server: { brokenHbaLines } }) =>
    brokenHbaLines.map((line) => ({
      object: "pg_hba.conf",
      seen: line,
      fix: { kind: "advice", text: "correct the line in pg_hba.conf, then: SELECT pg_reload_conf();" },
    })),
});

const administrator = defineCheck({
  code: "ADMINISTRATOR_SEES_LITTLE",
  severity: "info",
  scope: "server",
  needs: ["server"],
  title: "The administrator sees every session",
  why: "PostgreSQL hides other roles' sessions from it: transactions in the way, connections and readers of slots are not all seen here.",
  remedy: "`GRANT pg_monitor TO …;` by a superuser.",
  look: ({ server: { seesSessions, currentUser }, settings: { postgres } }) =>
    seesSessions
      ? []
      : [
          {
            object: currentUser,
            seen: `${currentUser} is no member of pg_monitor`,
            fix: {
              kind: "sql",
              database: postgres.adminDatabase,
              sql: `GRANT pg_monitor TO ${quoteIdentifier(currentUser)};`,
              isSafe: false,
            },
          },
        ],
});

const fsync = defineCheck({
  code: "FSYNC_OFF",
  severity: "warning",
  scope: "server",
  needs: ["server"],
  title: "What is committed survives a crash",
  why: "With fsync or full_page_writes off, a crash can lose or damage rows whose events are in Kafka already.",
  remedy: "Turn both on again, unless the data may be thrown away.",
  look: ({ server: { settings }, settings: { postgres } }) =>
    ["fsync", "full_page_writes"]
      .filter((name) => settings[name]?.value === "off")
      .map((name) => ({
        object: name,
        seen: `${name} = off`,
        fix: alterSystem(postgres.adminDatabase, `${name} = on`),
      })),
});

export const SERVER_CHECKS = [
  postgresUnreachable,
  serverVersion,
  walLevel,
  pendingRestart,
  hbaFile,
  fsync,
  administrator,
];

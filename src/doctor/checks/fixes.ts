import { quoteLiteral } from "../../clients/postgres.js";
import { shellWord } from "../../shell-words.js";
import type { Fix } from "../finding.js";

/** SQL for one database. @param isSafe see `Fix` */
export const runSql = (database: string, sql: string, { isSafe }: { readonly isSafe: boolean }): Fix => ({
  kind: "sql",
  database,
  sql,
  isSafe,
});

export const advise = (text: string): Fix => ({ kind: "advice", text });

export const runPrepare = (database: string): Fix => ({
  kind: "command",
  command: `cdc-pipeline prepare ${shellWord(database)}`,
});

/** A setting of the server that a reload takes over: `wal_sender_timeout = '5min'`. */
export const alterSystem = (database: string, assignment: string, isSafe = false): Fix =>
  runSql(database, `ALTER SYSTEM SET ${assignment}; SELECT pg_reload_conf();`, { isSafe });

/** Never safe: what the slot had not passed on yet is lost to its reader. */
export const dropSlot = (database: string, slot: string): Fix =>
  runSql(database, `SELECT pg_drop_replication_slot(${quoteLiteral(slot)});`, { isSafe: false });

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

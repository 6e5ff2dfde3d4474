import { quoteLiteral } from "../../clients/postgres.js";
import type { Blocker } from "../facts/server-facts.js";
import type { Fix } from "../finding.js";
import { advise, runSql } from "./fixes.js";

/** A transaction that works is left to a person: to end it throws its work away. */
export function endBlocker({ kind, id, database, state }: Blocker, adminDatabase: string): Fix {
  if (kind === "prepared") {
    return runSql(database, `ROLLBACK PREPARED ${quoteLiteral(id)};`, { isSafe: false });
  }
  const sql = `SELECT pg_terminate_backend(${Number(id)});`;
  if (state === "active") return advise(`let it end; or, if it never will: ${sql}`);
  return runSql(adminDatabase, sql, { isSafe: false });
}

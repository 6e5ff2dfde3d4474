import { DatabaseError } from "pg";

import { CdcError } from "../errors.js";
import { placeOfCharacter, sqlExcerpt } from "../sql/sql-excerpt.js";
import type { SqlStatement } from "../sql/sql-file.js";

/** SQLSTATEs by which a server says farewell: it stops, or an administrator ended the session. */
const SERVER_SHUTDOWN = "57P0";

/**
 * What a statement of a file failed of: SCHEMA_FAILED with file, line, excerpt and what the server said,
 * or POSTGRES_UNREACHABLE where the connection is gone.
 */
export function sqlFailure(statement: SqlStatement, error: unknown, statementsDone: number): CdcError {
  if (!(error instanceof DatabaseError) || error.code?.startsWith(SERVER_SHUTDOWN)) {
    const reason = error instanceof Error ? error.message : String(error);
    return new CdcError(
      "POSTGRES_UNREACHABLE",
      `${statement.path}:${statement.line}: the connection to PostgreSQL broke: ${reason}`,
      { hint: "cdc-pipeline logs postgres; then run the same command again", cause: error },
    );
  }
  const { place, excerpt } = locate(statement, error);
  const sqlState = error.code ?? "no SQLSTATE";
  const message = [
    `${statement.path}:${place}: ${error.message} (${sqlState})`,
    excerpt,
    ...(error.detail === undefined ? [] : [`detail: ${error.detail}`]),
    ...(error.hint === undefined ? [] : [`hint: ${error.hint}`]),
  ].join("\n");
  return new CdcError("SCHEMA_FAILED", message, {
    hint: adviceFor(error),
    details: { path: statement.path, place, sqlState, statementsDone },
    cause: error,
  });
}

/** The failure's `line` or `line:column` in the file, and the text around it. */
function locate(statement: SqlStatement, error: DatabaseError): { place: string; excerpt: string } {
  const dataLine = /^COPY .*, line (\d+)/.exec(error.where ?? "")?.[1];
  if (statement.copyData !== undefined && dataLine !== undefined) {
    const text = statement.copyData.split("\n")[Number(dataLine) - 1] ?? "";
    const line = statement.line + statement.text.split("\n").length - 1 + Number(dataLine);
    return { place: String(line), excerpt: sqlExcerpt(text, line) };
  }
  const position = Number(error.position);
  if (!(position > 0)) {
    return { place: String(statement.line), excerpt: sqlExcerpt(statement.text, statement.line) };
  }
  const caret = placeOfCharacter(statement.text, position);
  const line = statement.line + caret.line - 1;
  const column = caret.line === 1 ? statement.column + caret.column - 1 : caret.column;
  return { place: `${line}:${column}`, excerpt: sqlExcerpt(statement.text, statement.line, caret) };
}

/** SQLSTATEs of "… already exists": schema, table, type or function. */
const ALREADY_EXISTS = new Set(["42P06", "42P07", "42710", "42723"]);

function adviceFor(error: DatabaseError): string {
  if (error.message.startsWith('role "') && error.code === "42704") {
    return "create that role, or make the file with pg_dump --no-owner --no-privileges";
  }
  if (ALREADY_EXISTS.has(error.code ?? "")) {
    return "the file makes it twice, or template1 holds it already";
  }
  if (error.code === "42501") return "connect as a role that may do this, such as the database's owner";
  return "correct the file and run the same command again: nothing of it was kept";
}

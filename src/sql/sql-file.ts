import { readFile } from "node:fs/promises";
import { types } from "node:util";

import { CdcError } from "../errors.js";
import { splitSql, type SqlPiece } from "./split-sql.js";

/** One statement of an SQL file, its `;` included, comments before and behind it left out. */
export interface SqlStatement {
  /** The file, as the user named it. */
  readonly path: string;
  /** Where the statement's first word is; both count from 1. */
  readonly line: number;
  readonly column: number;
  readonly text: string;
  /** Present for `COPY … FROM stdin` only: the data lines, as they are in the file. */
  readonly copyData?: string;
}

/** Written by pg_dump around its output; they forbid other psql commands, which are refused here anyhow. */
const IGNORED_COMMANDS = new Set(["\\restrict", "\\unrestrict"]);

const ADVICE: readonly (readonly [commands: readonly string[], advice: string])[] = [
  [
    ["\\connect", "\\c"],
    "remove it: the file is loaded into the database named on the command line (pg_dump without --create writes none)",
  ],
  [["\\i", "\\ir", "\\include", "\\include_relative"], "put the contents of that file in its place"],
  [["\\copy"], "write `COPY … FROM stdin;` instead, followed by the rows and a line that holds only `\\.`"],
  [["\\."], "remove it: no `COPY … FROM stdin;` comes before it"],
  [["\\g", "\\gx", "\\gexec", "\\gset"], "end the statement with `;` instead, without the use of its result"],
];

/** The statements of an SQL file in order. Throws SCHEMA_UNSUPPORTED, or SCHEMA_UNREADABLE for COPY data without end. */
export function parseSqlFile(text: string, path: string): SqlStatement[] {
  const sql = text.replace(/^\uFEFF/, "");
  const placeOf = placeFinder(sql);
  const statements: SqlStatement[] = [];
  for (const piece of splitSql(sql)) {
    const { line, column } = placeOf(piece.start);
    if (piece.kind === "meta-command") {
      checkMetaCommand(sql.slice(piece.start, piece.end), piece.isWithinStatement, `${path}:${line}`);
      continue;
    }
    const statement = { path, line, column, text: sql.slice(piece.start, piece.end) };
    if (piece.data === undefined) {
      statements.push(statement);
    } else {
      checkCopy(sql, piece, `${path}:${line}`);
      statements.push({ ...statement, copyData: sql.slice(piece.data.start, piece.data.end) });
    }
  }
  return statements;
}

/** The text of an SQL file. Throws SCHEMA_UNREADABLE. */
export async function readSqlFile(path: string): Promise<string> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw unreadable(path, readFailure(error), "name an SQL file that exists and may be read", error);
  }
  if (bytes.subarray(0, 5).toString("latin1") === "PGDMP") {
    const hint = `make plain SQL of it: pg_restore --no-owner --file schema.sql ${path}`;
    throw unreadable(path, "it is an archive of pg_dump, not plain SQL", hint);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw unreadable(path, "it is not UTF-8 text", "save the file as plain SQL in UTF-8", error);
  }
}

function checkMetaCommand(line: string, isWithinStatement: boolean, place: string): void {
  const command = /^\\(?:[A-Za-z_]+|\S)?/.exec(line)?.[0] ?? line;
  if (IGNORED_COMMANDS.has(command) && !isWithinStatement) return;
  const advice = ADVICE.find(([commands]) => commands.includes(command))?.[1];
  throw new CdcError("SCHEMA_UNSUPPORTED", `${place}: the psql command ${command} has no meaning here`, {
    hint: advice ?? "remove it: only SQL is run, and psql is not involved",
    details: { place, command },
  });
}

function checkCopy(sql: string, piece: SqlPiece & { kind: "statement" }, place: string): void {
  if (piece.data?.isClosed === false) {
    throw new CdcError("SCHEMA_UNREADABLE", `${place}: the rows of this COPY … FROM stdin have no end`, {
      hint: "write a line that holds only `\\.` behind the last row",
    });
  }
  const restOfLine = sql.slice(piece.end, piece.data?.start).trim();
  if (restOfLine !== "" && !restOfLine.startsWith("--")) {
    throw new CdcError(
      "SCHEMA_UNSUPPORTED",
      `${place}: more follows this COPY … FROM stdin on its last line`,
      {
        hint: "begin the rows on the next line, and write other statements behind the line `\\.`",
      },
    );
  }
}

/** Turns offsets, asked for in rising order, into lines and columns. */
function placeFinder(sql: string): (offset: number) => { line: number; column: number } {
  let line = 1;
  let lineStart = 0;
  return (offset) => {
    for (let next = sql.indexOf("\n", lineStart); next !== -1 && next < offset;) {
      line += 1;
      lineStart = next + 1;
      next = sql.indexOf("\n", lineStart);
    }
    return { line, column: offset - lineStart + 1 };
  };
}

function readFailure(error: unknown): string {
  // Not `instanceof`: jest has an Error of its own, and this one is Node's.
  const code = types.isNativeError(error) && "code" in error ? error.code : undefined;
  if (code === "ENOENT") return "there is no such file";
  if (code === "EISDIR") return "it is a folder";
  if (code === "EACCES" || code === "EPERM") return "this user may not read it";
  return types.isNativeError(error) ? error.message : String(error);
}

function unreadable(path: string, reason: string, hint: string, cause?: unknown): CdcError {
  return new CdcError("SCHEMA_UNREADABLE", `cannot read ${path}: ${reason}`, { hint, cause });
}

import { splitSql } from "../sql/split-sql.js";
import type { Finding } from "./finding.js";

/** One statement that `doctor --fix` may run, and what it is for. */
export interface SafeFix {
  /** The code of the first finding that it puts right. */
  readonly code: string;
  /** The database to run it in. */
  readonly database: string;
  /** One statement, with its `;`. */
  readonly sql: string;
}

/** The statements of the safe fixes, each once a database, in the order of the findings. */
export function safeFixes(findings: readonly Finding[]): SafeFix[] {
  const fixes = new Map<string, SafeFix>();
  for (const { code, fix } of findings) {
    if (fix?.kind !== "sql" || !fix.isSafe) continue;
    const { database } = fix;
    for (const sql of statementsOf(fix.sql)) {
      const key = JSON.stringify([database, sql]);
      if (!fixes.has(key)) fixes.set(key, { code, database, sql });
    }
  }
  return [...fixes.values()];
}

function statementsOf(sql: string): string[] {
  return [...splitSql(sql)].flatMap((piece) =>
    piece.kind === "statement" ? [sql.slice(piece.start, piece.end)] : [],
  );
}

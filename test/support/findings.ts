import type { Finding, Fix } from "../../src/doctor/finding.js";

/** A finding with what a test says of it, and an ordinary rest. */
export function finding(overrides: Partial<Finding> = {}): Finding {
  return {
    code: "TABLE_IS_LATE",
    severity: "error",
    database: "shop",
    object: null,
    seen: "3 of 4 tables are late",
    why: "Late tables are not captured.",
    fix: null,
    ...overrides,
  };
}

export const sqlFix = (sql: string, { database = "shop", isSafe = true } = {}): Fix => ({
  kind: "sql",
  database,
  sql,
  isSafe,
});

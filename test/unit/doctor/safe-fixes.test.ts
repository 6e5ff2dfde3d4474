import { describe, expect, it } from "vitest";

import { safeFixes } from "../../../src/doctor/safe-fixes.js";
import { finding, sqlFix } from "../../support/findings.js";

describe("what --fix may run", () => {
  it("is SQL that was found safe, and nothing else", () => {
    expect(
      safeFixes([
        finding({ fix: sqlFix("DROP TABLE x;", { isSafe: false }) }),
        finding({ fix: { kind: "command", command: "cdc-pipeline prepare shop" } }),
        finding({ fix: { kind: "advice", text: "Restart PostgreSQL." } }),
        finding({ fix: null }),
        finding({ severity: "info", fix: sqlFix("GRANT x TO y;") }),
      ]),
    ).toEqual([{ code: "TABLE_IS_LATE", database: "shop", sql: "GRANT x TO y;" }]);
  });

  it("is each statement by itself, also where a name holds a semicolon", () => {
    const sql = `GRANT SELECT ON "a;b" TO y;\nGRANT SELECT ON c TO y;`;
    expect(safeFixes([finding({ fix: sqlFix(sql) })]).map((fix) => fix.sql)).toEqual([
      `GRANT SELECT ON "a;b" TO y;`,
      "GRANT SELECT ON c TO y;",
    ]);
  });

  it("is each statement once a database, in the order of the findings", () => {
    const fixes = safeFixes([
      finding({ code: "ONE", fix: sqlFix("SELECT 2;") }),
      finding({ code: "TWO", fix: sqlFix("SELECT 1; SELECT 2;") }),
      finding({ code: "TWO", fix: sqlFix("SELECT 2;", { database: "other" }) }),
    ]);
    expect(fixes.map(({ code, database, sql }) => `${code} ${database} ${sql}`)).toEqual([
      "ONE shop SELECT 2;",
      "TWO shop SELECT 1;",
      "TWO other SELECT 2;",
    ]);
  });
});

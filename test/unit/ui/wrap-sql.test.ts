import stringWidth from "string-width";
import { describe, expect, it } from "vitest";

import { isShownWhole, wrapSql } from "../../../src/ui/wrap-sql.js";

const LONG = `ALTER TABLE sales."Order  of   the day" REPLICA IDENTITY USING INDEX "a b c d e f g h i j k", ADD CHECK (x = 'a    b  c');`;

describe("SQL on the terminal", () => {
  it("is broken at spaces into lines that fit", () => {
    const lines = wrapSql("GRANT SELECT ON a, b, c, d, e, f, g TO debezium_user;", 20);
    for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(20);
    expect(lines.join(" ")).toBe("GRANT SELECT ON a, b, c, d, e, f, g TO debezium_user;");
  });

  it.each([1, 10, 30, 60, 200])("is the same statement when it is copied, in %i columns", (width) => {
    const lines = wrapSql(LONG, width);
    expect(lines.join(" ")).toBe(LONG);
    expect(lines.filter((line) => line.includes('"Order  of   the day"'))).toHaveLength(1);
    expect(lines.filter((line) => line.includes("'a    b  c'"))).toHaveLength(1);
  });

  it("keeps the lines of several statements apart", () => {
    expect(wrapSql("BEGIN;\n  SELECT 1;\nCOMMIT;", 80)).toEqual(["BEGIN;", "SELECT 1;", "COMMIT;"]);
  });

  it("lets nothing be drawn into a comment", () => {
    expect(wrapSql("SELECT 1; -- it's one\nSELECT 2;", 12)).toEqual([
      "SELECT 1;",
      "-- it's one",
      "SELECT 2;",
    ]);
  });

  it("is shown whole unless a name or string has a control character", () => {
    expect(isShownWhole('DROP TABLE\n\t"a b";')).toBe(true);
    expect(isShownWhole('DROP TABLE "a\nb";')).toBe(false);
    expect(isShownWhole("SELECT 'a\u0007';")).toBe(false);
  });
});

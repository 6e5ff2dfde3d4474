import { describe, expect, it } from "vitest";

import type { FixedDocument } from "../../../src/ui/documents.js";
import { createPaint } from "../../../src/ui/paint.js";
import { renderFixed } from "../../../src/ui/render-fixed.js";

const fixed = (sql: string, overrides: Partial<FixedDocument> = {}): FixedDocument => ({
  code: "A",
  database: "shop",
  sql,
  status: "applied",
  message: null,
  ...overrides,
});
const render = (fixes: readonly FixedDocument[], limit = 20) =>
  renderFixed(fixes, { width: 60, paint: createPaint(false), limit });

describe("the fixes of --fix", () => {
  it("stand below their outcome and database, a failed one with its reason", () => {
    const failed = { status: "failed", message: "no rights\u001b[31m (42501)" } as const;
    expect(
      render([
        fixed("SELECT 1;"),
        fixed("SELECT 2;", failed),
        fixed("SELECT 3;"),
        fixed("SELECT 4;", { database: "b" }),
      ]),
    ).toBe(
      `  applied in the database shop:
    SELECT 1;
    SELECT 3;
  failed in the database shop:
    SELECT 2;
    no rights (42501)
  applied in the database b:
    SELECT 4;`,
    );
  });

  it("have no outcome while they are planned", () => {
    expect(render([fixed("SELECT 1;", { status: "planned" })])).toBe(
      "  in the database shop:\n    SELECT 1;",
    );
  });

  it("of which there are many are not all shown, if so wished", () => {
    const many = Array.from({ length: 1030 }, (_, index) => fixed(`SELECT ${index};`));
    expect(render(many).split("\n")).toHaveLength(22);
    expect(render(many)).toMatch(/and 1,010 more \(--json has all\)$/);
    expect(render(many, Infinity).split("\n")).toHaveLength(1031);
  });
});

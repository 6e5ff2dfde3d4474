import { writeFile } from "node:fs/promises";

import { describe, expect, test } from "vitest";

import { defineCheck } from "../../../src/doctor/check.js";
import { CHECKS } from "../../../src/doctor/checks/index.js";
import { renewSection } from "../../support/generated-section.js";
import { renderChecksPage } from "../../support/render-checks-page.js";

const DOCUMENT = new URL("../../../docs/checks.md", import.meta.url);

describe("the page of all checks", () => {
  test("tells of a check its code, severity, scope, good state, reason and fix", () => {
    const check = defineCheck({
      code: "A_B",
      severity: "warning",
      scope: "database",
      needs: ["database"],
      title: "It is early",
      why: "It is late.",
      remedy: "Run.",
      look: () => [],
    });
    expect(renderChecksPage([check, { ...check, code: "C_D", scope: "server" }])).toBe(`### A_B

Warning. Looks at each database.

- **Good:** It is early.
- **Why:** It is late.
- **Fix:** Run.

### C_D

Warning. Looks at the servers, once a run.

- **Good:** It is early.
- **Why:** It is late.
- **Fix:** Run.`);
  });

  test("docs/checks.md is up to date (UPDATE_DOCS=1 rewrites it)", async () => {
    const { written, renewed } = await renewSection(DOCUMENT, "checks", renderChecksPage(CHECKS));
    if (process.env.UPDATE_DOCS === "1") await writeFile(DOCUMENT, renewed);
    else expect(written).toBe(renewed);
  });
});

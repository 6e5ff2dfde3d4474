import { readFile, writeFile } from "node:fs/promises";

import { describe, expect, test } from "vitest";

import { readResults } from "../../faults/results.js";
import { FAULTS } from "../../faults/table/index.js";
import { PROVED } from "../../faults/table/proved.js";
import { renewSection } from "../../support/generated-section.js";
import { renderReliabilityPage } from "../../support/render-reliability-page.js";

const DOCUMENT = new URL("../../../docs/reliability.md", import.meta.url);
const ALL = Object.values(FAULTS).flat();

describe("the page of faults", () => {
  test("has no fault twice, and at least 40", () => {
    const ids = [...ALL, ...PROVED].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeGreaterThanOrEqual(40);
  });

  test("names tests that there are", async () => {
    for (const { provedBy } of PROVED) {
      const text = await readFile(new URL(`../../../${provedBy.file}`, import.meta.url), "utf8");
      expect(text).toContain(`("${provedBy.test}"`);
    }
  });

  test("stands on runs that lost nothing, and saw what the table allows", async () => {
    for (const [id, result] of Object.entries(await readResults())) {
      expect(result, id).toMatchObject({ lost: 0 });
      expect(ALL.find((fault) => fault.id === id)?.sees, id).toContain(result.sight);
    }
  });

  test("docs/reliability.md is up to date (UPDATE_DOCS=1 rewrites it)", async () => {
    const content = renderReliabilityPage(FAULTS, await readResults(), PROVED);
    const { written, renewed } = await renewSection(DOCUMENT, "faults", content);
    if (process.env.UPDATE_DOCS === "1") await writeFile(DOCUMENT, renewed);
    else expect(written).toBe(renewed);
  });
});

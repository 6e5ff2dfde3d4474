import { writeFile } from "node:fs/promises";

import { describe, expect, test } from "vitest";

import { ERROR_CODES } from "../../../src/errors.js";
import { ERROR_ADVICE } from "../../support/error-advice.js";
import { renewSection } from "../../support/generated-section.js";
import { renderErrorsPage } from "../../support/render-errors-page.js";

const DOCUMENT = new URL("../../../docs/errors.md", import.meta.url);

describe("the page of all errors", () => {
  test("shows code, exit code, meaning and what to do of an error", () => {
    const page = renderErrorsPage({ A_B: { exit: 3, meaning: "It is late." } }, { A_B: "Wait." });
    expect(page).toContain("| `A_B` | 3 | It is late. | Wait. |");
  });

  test("keeps a | in a text out of the table's columns", () => {
    const page = renderErrorsPage({ A: { exit: 1, meaning: "a | b" } }, { A: "c | d" });
    expect(page).toContain("| a \\| b | c \\| d |");
  });

  test("docs/errors.md is up to date (UPDATE_DOCS=1 rewrites it)", async () => {
    const { written, renewed } = await renewSection(
      DOCUMENT,
      "errors",
      renderErrorsPage(ERROR_CODES, ERROR_ADVICE),
    );
    if (process.env.UPDATE_DOCS === "1") await writeFile(DOCUMENT, renewed);
    else expect(written).toBe(renewed);
  });
});

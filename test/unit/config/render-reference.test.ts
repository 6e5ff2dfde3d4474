import { readFile, writeFile } from "node:fs/promises";

import { format, resolveConfig } from "prettier";
import { describe, expect, test } from "vitest";

import { renderReference } from "../../../src/config/render-reference.js";
import { SETTINGS } from "../../../src/config/setting-list.js";

const DOCUMENT = new URL("../../../docs/configuration.md", import.meta.url);
const GENERATED = /(<!-- settings:begin -->\n).*(<!-- settings:end -->)/s;

describe("the reference of all settings", () => {
  test("shows key, environment variable, default and meaning of a setting", () => {
    const port = {
      path: "a.portMax",
      environmentName: "X_A_PORT_MAX",
      defaultValue: 1,
      description: "A port.",
    };
    expect(renderReference([port])).toContain("| `a.portMax` | `X_A_PORT_MAX` | `1` | A port. |");
  });

  test("says that an optional setting has no default", () => {
    const optional = { path: "a", environmentName: "X_A", defaultValue: undefined, description: "Or not." };
    expect(renderReference([optional])).toContain("| `a` | `X_A` | none | Or not. |");
  });

  test("keeps a | in a description out of the table's columns", () => {
    const either = { path: "a", environmentName: "X_A", defaultValue: "b", description: "b | c" };
    expect(renderReference([either])).toContain("| b \\| c |");
  });

  test("docs/configuration.md is up to date (UPDATE_DOCS=1 rewrites it)", async () => {
    const written = await readFile(DOCUMENT, "utf8");
    expect(written).toMatch(GENERATED);
    const table = renderReference(SETTINGS);
    const renewed = written.replace(
      GENERATED,
      (_all, begin: string, end: string) => `${begin}\n${table}\n\n${end}`,
    );
    const options = await resolveConfig(DOCUMENT);
    const document = await format(renewed, { ...options, parser: "markdown" });
    if (process.env.UPDATE_DOCS === "1") await writeFile(DOCUMENT, document);
    else expect(written).toBe(document);
  });
});

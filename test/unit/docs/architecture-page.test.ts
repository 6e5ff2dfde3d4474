import { existsSync, readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { ESLint } from "eslint";
import { describe, expect, test } from "vitest";

import { codeOf, tableRows } from "../../support/markdown-tables.js";

const ROOT = new URL("../../../", import.meta.url);
const page = await readFile(new URL("docs/architecture.md", ROOT), "utf8");
const section = /## Who may import what\n(.*?)\n## /s.exec(page)?.[1] ?? "";
const eslint = new ESLint({ cwd: fileURLToPath(ROOT) });

/** For each column of the table, a pattern that the linter forbids where the column says no. */
const COLUMNS = ["pg", "yargs", "listr2", "**/cli/**"];
const rules = tableRows(section).map(([files = "", ...cells]) => ({ files: codeOf(files), cells }));

describe("the import rules in docs/architecture.md", () => {
  test("have a row for each part with rules of its own, and one for the rest", () => {
    const parts = ["cli", "commands", "ui", "clients", "targets"].map((part) => `src/${part}/**`);
    expect(rules.map(({ files }) => files)).toEqual([...parts, "everything else in src"]);
  });

  test.each(rules)("are those of the linter for $files", async ({ files, cells }) => {
    const folder = files.startsWith("src/") ? files.replace("**", "") : "src/stages/";
    const forbidden = await forbiddenIn(folder);
    expect(COLUMNS.map((pattern) => (forbidden.includes(pattern) ? "no" : "yes"))).toEqual(cells);
  });

  test("name every library that speaks with a server", async () => {
    const libraries = (await forbiddenIn("src/stages/")).filter((name) => !/yargs|listr2|\*/.test(name));
    expect(libraries).not.toEqual([]);
    for (const library of libraries) expect(section).toContain(`\`${library}\``);
  });
});

describe("the folders in docs/architecture.md", () => {
  const folders = (path: string): string[] =>
    readdirSync(new URL(path, ROOT), { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? [entry.name] : [],
    );

  test.each([...folders("src"), ...folders("src/targets").map((name) => `targets/${name}`)])(
    "have %s among them",
    (folder) => {
      expect([`src/${folder}`, `${folder}/`].some((name) => page.includes(name))).toBe(true);
    },
  );

  test("are all there", () => {
    const named = [...page.matchAll(/`(src\/[\w/-]+)`/g)].map(([, path = ""]) => path);
    expect(named).not.toEqual([]);
    expect(named.filter((path) => !existsSync(new URL(path, ROOT)))).toEqual([]);
  });
});

/** The patterns that the linter forbids to import in a folder. */
async function forbiddenIn(folder: string): Promise<string[]> {
  const file = fileURLToPath(new URL(`${folder}probe.ts`, ROOT));
  const { rules } = (await eslint.calculateConfigForFile(file)) as {
    rules: Record<string, [severity: number, options: { patterns: { group: string[] }[] }]>;
  };
  return rules["no-restricted-imports"]?.[1].patterns.flatMap(({ group }) => group) ?? [];
}

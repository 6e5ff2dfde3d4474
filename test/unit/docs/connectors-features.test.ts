import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";

import { describe, expect, test } from "vitest";

import { tableRows } from "../../support/markdown-tables.js";

const ROOT = new URL("../../../", import.meta.url);
const page = await readFile(new URL("docs/connectors.md", ROOT), "utf8");
const [, section = ""] = page.split("## What it can do, and where that is tested");
const rows = tableRows(section);

describe("the features in docs/connectors.md", () => {
  test("are all there", () => {
    expect(rows.map(([number]) => Number(number))).toEqual(
      Array.from({ length: 36 }, (_, index) => index + 1),
    );
  });

  test.each(rows.map(([, feature = "", , tests = ""]) => [feature, tests] as const))(
    "%s: has a test",
    (_feature, tests) => {
      const paths = [...tests.matchAll(/`([^`]+)`/g)].map(([, path = ""]) => path);
      expect(paths).not.toEqual([]);
      const isThere = (path: string) =>
        ["", ".test.ts"].some((ending) => existsSync(new URL(`test/${path}${ending}`, ROOT)));
      expect(paths.filter((path) => !isThere(path))).toEqual([]);
    },
  );
});

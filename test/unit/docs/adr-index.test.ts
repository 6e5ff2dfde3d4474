import { readdir, readFile } from "node:fs/promises";

import { describe, expect, test } from "vitest";

import { tableRows } from "../../support/markdown-tables.js";

const FOLDER = new URL("../../../docs/adr/", import.meta.url);
const read = (file: string) => readFile(new URL(file, FOLDER), "utf8");
const records = (await readdir(FOLDER)).filter((file) => file !== "README.md").sort();

describe("the decision records", () => {
  test("are all in the index, in their order and under their titles", async () => {
    const titles = await Promise.all(records.map(async (file) => (await read(file)).split("\n")[0]));
    const index = tableRows(await read("README.md")).map(([link = "", title = ""]) => {
      const [, number = "", file = ""] = /^\[(\d{4})\]\((.+)\)$/.exec(link) ?? [];
      return { file, heading: `# ${number}: ${title}` };
    });
    expect(index).toEqual(records.map((file, record) => ({ file, heading: titles[record] })));
  });

  test("are numbered without gaps", () => {
    const numbers = records.map((file) => Number(file.slice(0, 4)));
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  });

  test.each(records)("%s has status, context, decision and consequences", async (file) => {
    const text = await read(file);
    expect(text).toMatch(/^Status: (accepted|replaced by \[\d{4}\]\(.+\))$/m);
    expect(text.match(/^## .+$/gm)).toEqual(["## Context", "## Decision", "## Consequences"]);
  });
});

import { readFile } from "node:fs/promises";

import { describe, expect, test } from "vitest";

import { CONNECTOR_MARK_KEY } from "../../../src/stages/own-objects.js";
import { codeOf, tableRows } from "../../support/markdown-tables.js";

const README = new URL("../../../connectors/README.md", import.meta.url);
const TEMPLATE = new URL("../../../connectors/postgres.json", import.meta.url);

const readRows = async () => tableRows(await readFile(README, "utf8"));
const readTemplate = async () => JSON.parse(await readFile(TEMPLATE, "utf8")) as Record<string, string>;

describe("connectors/README.md", () => {
  test("has a row with key, value and reason for each key of the template, in its order", async () => {
    const rows = (await readRows()).filter((row) => row.length === 3);
    const explained = rows.map(([key = "", value = ""]) => [codeOf(key), codeOf(value)]);
    expect(explained).toEqual(Object.entries(await readTemplate()));
    expect(rows.filter(([, , reason]) => reason === "")).toEqual([]);
  });

  test("names the key that is added to every template", async () => {
    expect(await readFile(README, "utf8")).toContain(`\`${CONNECTOR_MARK_KEY}\``);
  });

  test("lists the placeholders that the template uses", async () => {
    const rows = (await readRows()).filter((row) => row.length === 2);
    const listed = rows.map(([placeholder = ""]) => codeOf(placeholder).slice(2, -1));
    const used = Object.values(await readTemplate()).flatMap(
      (value) => /^\$\{(.+)\}$/.exec(value)?.[1] ?? [],
    );
    expect([...listed].sort()).toEqual([...used].sort());
  });
});

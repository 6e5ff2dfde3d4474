import { readFile } from "node:fs/promises";

import { describe, expect, test } from "vitest";

import { nameOf } from "../../../src/cli/command.js";
import { createProgram } from "../../../src/cli/program.js";
import { parseConnectorFile } from "../../../src/connectors/files/parse-connector-file.js";

const page = await readFile(new URL("../../../docs/connectors.md", import.meta.url), "utf8");
const section = /\n## Registering from files\n(.*?)\n## /s.exec(page)?.[1] ?? "";
const blocks = (language: string) =>
  [...section.matchAll(new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, "gs"))].map(([, text = ""]) => text);

describe("the examples of registering from files", () => {
  const files = [
    ...blocks("json").map((text) => ["a.json", text] as const),
    ...blocks("yaml").map((text) => ["a.yaml", text] as const),
  ];

  test.each(files)("are connectors, as %s", (name, text) => {
    const { entries, problems } = parseConnectorFile({ name, text, folder: "/" });
    expect(problems).toEqual([]);
    expect(entries.length).toBeGreaterThan(0);
  });

  test.each(blocks("sh").flatMap((text) => text.trim().split("\n")))("are commands: %s", async (line) => {
    let called: string | undefined;
    const [program, ...words] = line.split(" ").map((word) => word.replaceAll("'", ""));
    expect(program).toBe("cdc-pipeline");
    await createProgram(words, (spec) => {
      called = nameOf(spec);
      return Promise.resolve();
    }).parseAsync();
    expect(line).toContain(called);
  });

  test("are there at all", () => {
    expect([files.length, blocks("sh").length]).toEqual([2, 4]);
  });
});

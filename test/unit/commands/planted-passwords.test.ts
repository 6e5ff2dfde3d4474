import { readFileSync } from "node:fs";

import { expect, it } from "vitest";

import { PROGRAM } from "../../../src/commands/index.js";

const SECRETS_TEST = new URL("../../e2e/secrets.test.ts", import.meta.url);

it("every command is run with planted passwords, so that none that is new prints one", () => {
  const source = readFileSync(SECRETS_TEST, "utf8").replace(/\s+/g, " ");
  // In one place the word is the variable of a loop over these.
  const looped = /for \(const command of \[([^\]]*)\]/.exec(source)?.[1] ?? "";
  const isRun = (name: string): boolean => {
    const words = name.split(" ").map((word) => JSON.stringify(word));
    return (
      [`[${words.join(", ")}`, `(${words.join(", ")}`].some((start) => source.includes(start)) ||
      looped.includes(words.at(-1) ?? "")
    );
  };
  const names = PROGRAM.flatMap((entry) => ("commands" in entry ? entry.commands : [entry])).map(
    ({ usage }) => usage.replace(/ [<[].*$/, ""),
  );
  expect(names).toContain("connectors get");
  expect(names.filter((name) => !isRun(name))).toEqual([]);
});

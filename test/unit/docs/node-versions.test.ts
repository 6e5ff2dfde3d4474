import { readFile } from "node:fs/promises";

import { expect, test } from "vitest";
import { parse } from "yaml";

const read = (path: string) => readFile(new URL(`../../../${path}`, import.meta.url), "utf8");

test("package.json, .nvmrc and the CI workflow name the same oldest Node", async () => {
  const { engines } = JSON.parse(await read("package.json")) as { engines: { node: string } };
  const workflow = parse(await read(".github/workflows/ci.yml")) as {
    jobs: { check: { strategy: { matrix: { node: string[] } } } };
  };
  const oldest = (await read(".nvmrc")).trim();
  expect(engines.node).toBe(`>=${oldest}`);
  expect(workflow.jobs.check.strategy.matrix.node[0]).toBe(oldest);
});

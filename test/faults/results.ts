import { readFile, writeFile } from "node:fs/promises";

import { format, resolveConfig } from "prettier";

import type { FaultResult } from "./fault.js";

const RESULTS = new URL("results.json", import.meta.url);

/** What the last recorded run showed, by the fault's id. */
export async function readResults(): Promise<Readonly<Record<string, FaultResult>>> {
  return JSON.parse(await readFile(RESULTS, "utf8")) as Record<string, FaultResult>;
}

/** Keeps what a fault showed, where the documents are to be renewed; what is not run stays as it was. */
export async function recordResult(id: string, result: FaultResult): Promise<void> {
  if (process.env.UPDATE_DOCS !== "1") return;
  const all = { ...(await readResults()), [id]: result };
  const sorted = Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)));
  const options = await resolveConfig(RESULTS);
  await writeFile(RESULTS, await format(JSON.stringify(sorted), { ...options, parser: "json" }));
}

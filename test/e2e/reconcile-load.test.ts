import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { afterAll, beforeAll, expect, it } from "vitest";

import type { TableReconciliation } from "../../src/reconcile/reconciliation.js";
import type { JsonDocument } from "../support/cli.js";
import { LOAD_SCHEMA, startMixedLoad } from "../support/mixed-load.js";
import { seedOf } from "../support/random.js";
import { Workspace } from "../support/workspace.js";

/** Ten minutes by hand: `LOAD_SECONDS=600 LOAD_SEED=1 npx vitest run --project e2e test/e2e/reconcile-load.test.ts` */
const SECONDS = Number(process.env.LOAD_SECONDS ?? 60);
const SEED = seedOf(process.env.LOAD_SEED);
const RECONCILE_EVERY_SECONDS = 20;
const WRITERS = 6;

let workspace: Workspace;
let first: JsonDocument;

beforeAll(async () => {
  workspace = await Workspace.create();
  const schema = join(workspace.folder, "load.sql");
  await writeFile(schema, LOAD_SCHEMA);
  const { document, stderr } = await workspace.json("up", "load", "--schema", schema);
  expect(document.ok, stderr).toBe(true);
  first = document;
});

afterAll(async () => {
  expect(await workspace.remove()).toEqual([]);
});

it(
  "gives no false alarm while an application writes and the worker is killed, and counts what Debezium repeats",
  async () => {
    console.log(`seed of the load: ${SEED}`);
    const { host, port, adminUser: user } = first.endpoints.postgres;
    const load = startMixedLoad(
      { host, port, user, password: "password123", database: "load" },
      { writers: WRITERS, seed: SEED, pauseMs: 20 },
    );
    const endMs = performance.now() + SECONDS * 1_000;
    let duplicates = 0;
    let kills = 0;
    for (let round = 0; round === 0 || performance.now() < endMs; round++) {
      const startedMs = performance.now();
      // Each second round meets a worker that begins anew where it last told Kafka it was.
      if (round % 2 === 1) {
        await killConnect();
        kills += 1;
      }
      const tables = await reconcile();
      duplicates = sum(tables, "duplicates");
      console.log(
        `round ${round}: ${load.committed} transactions, ${sum(tables, "rows")} rows, ${sum(tables, "events")} events, ${duplicates} duplicates, ${Math.round(performance.now() - startedMs)} ms`,
      );
      await delay(
        Math.max(0, Math.min(endMs, startedMs + RECONCILE_EVERY_SECONDS * 1_000) - performance.now()),
      );
    }
    await load.stop();
    const last = await reconcile();
    expect(load.rolledBack).toBeGreaterThan(0);
    expect(kills).toBeGreaterThan(0);
    expect(last.map(({ table }) => table).sort()).toEqual([
      "public.documents",
      "public.journal",
      "public.orders",
      "public.readings",
      "public.stock",
    ]);
    console.log(`${load.committed} transactions, ${kills} kills, ${sum(last, "duplicates")} duplicates`);
  },
  (SECONDS + 240) * 1_000,
);

async function reconcile(): Promise<readonly TableReconciliation[]> {
  const { document, stderr } = await workspace.json("reconcile", "load", "--timeout", "180");
  const { tables = [] } = document as JsonDocument & { readonly tables?: readonly TableReconciliation[] };
  const wrong = tables.filter(
    ({ lost, extra, different, outOfOrder, unproved, undecodable }) =>
      lost + extra + different + outOfOrder + unproved + undecodable > 0,
  );
  expect(wrong, stderr).toEqual([]);
  expect(document.ok, stderr).toBe(true);
  return tables;
}

/** As the kernel would for want of memory; then `deploy` starts it again. */
async function killConnect(): Promise<void> {
  const pid = (await workspace.state())?.servers.connect?.process.pid;
  if (pid === undefined) throw new Error("Kafka Connect has no process");
  process.kill(pid, "SIGKILL");
  const { exitCode, stderr } = await workspace.run("deploy");
  expect(exitCode, stderr).toBe(0);
}

const sum = (tables: readonly TableReconciliation[], field: "rows" | "events" | "duplicates"): number =>
  tables.reduce((total, table) => total + table[field], 0);

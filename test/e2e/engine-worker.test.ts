import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, it } from "vitest";

import { createThreadEngine } from "../../src/reconcile/engine/create-thread-engine.js";
import type { Engine, EngineOptions } from "../../src/reconcile/engine/engine.js";
import { WorkerEngine } from "../../src/reconcile/engine/worker-engine.js";
import { TEST_MODES, testColumn } from "../support/reconcile/test-codecs.js";
import { chunksOf, copyOf, eventValue, type Row } from "../support/reconcile/topic.js";

const ROWS = 20_000;
/** Longer than one of the buffers that go to the thread. */
const LONG = "x".repeat(3_000_000);
const COLUMNS = ["id", "note"];

it.each(["reconcile/engine/engine-worker.js", "bin/engine-worker.js"])(
  "%s finds what the engine finds without a thread",
  async (file) => {
    const built = new URL(`../../dist/${file}`, import.meta.url);
    const inThread = await compareWith((options) => new WorkerEngine(built, options));
    const here = await compareWith(createThreadEngine);
    expect(here.tables[0]).toMatchObject({ rows: ROWS, events: ROWS + 1, lost: 1, extra: 2, different: 1 });
    expect(inThread).toEqual(here);
  },
);

it("what goes wrong in the thread is the error of the next calls, and it ends", async () => {
  const built = new URL("../../dist/bin/engine-worker.js", import.meta.url);
  const engine = new WorkerEngine(built, optionsFor("/nowhere"));
  try {
    await engine.beginRows(0);
    await engine.addRows(0, Buffer.from("this is not what COPY writes"));
    await expect(engine.endRows(0)).rejects.toMatchObject({ code: "INTERNAL", message: /header/ });
    await expect(engine.beginRows(0)).rejects.toMatchObject({ code: "INTERNAL" });
  } finally {
    await engine.close();
  }
});

const noteOf = (id: number): string => (id === 5 ? LONG : `note ${id}`);

async function compareWith(create: (options: EngineOptions) => Engine) {
  const folder = await mkdtemp(join(tmpdir(), "cdc-pipeline-engine-"));
  const engine = create(optionsFor(folder));
  try {
    const records = [];
    // One row has no event, and two events no row.
    for (let id = 1; id <= ROWS + 2; id++) {
      if (id === 9) continue;
      const after: Row = { id, note: id === 11 ? "other" : noteOf(id) };
      records.push({ key: JSON.stringify({ id }), value: eventValue({ op: "c", after, lsn: id }) });
    }
    for (const chunk of chunksOf(0, 0, records)) await engine.addRecords(chunk);
    const rows: Row[] = [];
    for (let id = 1; id <= ROWS + 1; id++) if (id !== 13) rows.push({ id, note: noteOf(id) });
    const bytes = copyOf(COLUMNS, rows);
    await engine.beginRows(0);
    for (let at = 0; at < bytes.length; at += 65_000)
      await engine.addRows(0, bytes.subarray(at, at + 65_000));
    await engine.endRows(0);
    return await engine.compare({
      running: [],
      nextAtSnapshot: 100,
      nextAtEnd: 100,
      takenAtMs: Date.UTC(2026, 0, 1),
      certainReadsBefore: [new Map([[0, records.length]])],
      cutOff: [],
    });
  } finally {
    await engine.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function optionsFor(folder: string): EngineOptions {
  return {
    tables: [
      {
        schema: "public",
        name: "things",
        columns: [testColumn("id", "int4"), testColumn("note", "text")],
        key: ["id"],
        isCompacted: false,
        hasTombstones: true,
      },
    ],
    modes: TEST_MODES,
    seed: [3, 4],
    expected: 2 * ROWS,
    // Less than what comes, so that some of it goes to files.
    memoryBytes: 1_000_000,
    folder,
    sample: 1,
    database: "mykart",
    maxNamed: 10,
    withTransactions: false,
  };
}

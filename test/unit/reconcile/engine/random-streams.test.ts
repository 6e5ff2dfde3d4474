import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { Comparison, TableSpec } from "../../../../src/reconcile/engine/engine.js";
import { ThreadEngine } from "../../../../src/reconcile/engine/thread-engine.js";
import { Model, type ModelRun } from "../../../support/reconcile/model.js";
import { Random } from "../../../support/reconcile/random.js";
import { TEST_MODES, testCodecOf, testColumn } from "../../../support/reconcile/test-codecs.js";
import { chunksOf, copyOf, type Row } from "../../../support/reconcile/topic.js";

const COLUMNS = [testColumn("id", "int4"), testColumn("amount", "int4"), testColumn("note", "text")];
const SEED = Number(process.env.TEST_SEED ?? Math.floor(Math.random() * 2 ** 31));
const RUNS = 20;

let root = "";
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "cdc-pipeline-engine-"));
});
afterAll(() => rm(root, { recursive: true, force: true }));

describe.each([
  { hasKey: true, partitions: 1 },
  { hasKey: true, partitions: 3 },
  { hasKey: false, partitions: 1 },
  { hasKey: false, partitions: 2 },
])(
  `random transactions, seed ${SEED}: $partitions partitions, with a key: $hasKey`,
  ({ hasKey, partitions }) => {
    const table: TableSpec = {
      schema: "public",
      name: "things",
      columns: hasKey ? COLUMNS : COLUMNS.slice(1),
      key: hasKey ? ["id"] : [],
      isCompacted: false,
      hasTombstones: hasKey,
    };

    it("finds nothing but what the connector sent again, whatever ran at the time of the snapshot", async () => {
      for (let run = 0; run < RUNS; run++) {
        const seed = SEED + run;
        const made = new Model(new Random(seed), { hasKey, partitions, steps: 200 }).run();
        const found = await compare(table, made, made.rows);
        expect(counts(found), `seed ${seed}`).toEqual({
          lost: 0,
          extra: 0,
          different: 0,
          duplicates: made.repeated,
          outOfOrder: 0,
          unproved: 0,
          noTombstone: 0,
          undecodable: 0,
        });
      }
    });

    it("finds a row that is missing, one too many, and one that differs", async () => {
      let tried = 0;
      for (let run = 0; run < RUNS; run++) {
        const seed = SEED + run;
        const random = new Random(seed);
        const made = new Model(random, { hasKey, partitions, steps: 200 }).run();
        const place = random.below(made.rows.length);
        const row = made.rows[place];
        if (row === undefined) continue;
        tried++;
        const others = made.rows.filter((other) => other !== row);
        const isExtra = counts(await compare(table, made, others));
        expect(isExtra, `seed ${seed}: a row less`).toMatchObject({ lost: 0, extra: 1, different: 0 });
        const isLost = counts(await compare(table, made, [...made.rows, { ...row, id: 99_999 }]));
        expect(isLost, `seed ${seed}: a row more`).toMatchObject({ lost: 1, extra: 0, different: 0 });
        const differs = counts(await compare(table, made, [...others, { ...row, amount: 77 }]));
        expect(differs, `seed ${seed}: another amount`).toMatchObject(
          hasKey ? { lost: 0, extra: 0, different: 1 } : { lost: 1, extra: 1, different: 0 },
        );
      }
      expect(tried).toBeGreaterThan(RUNS / 2);
    });
  },
);

async function compare(table: TableSpec, made: ModelRun, rows: readonly Row[]): Promise<Comparison> {
  const engine = new ThreadEngine(
    {
      tables: [table],
      modes: TEST_MODES,
      seed: [1, 2],
      // So few that memory is too small for them now and then.
      expected: 100_000,
      memoryBytes: 100_000,
      folder: join(root, "engine"),
      sample: 1,
      database: "mykart",
      maxNamed: 10,
      withTransactions: false,
    },
    testCodecOf,
  );
  try {
    for (const [partition, records] of made.partitions.entries()) {
      for (const chunk of chunksOf(0, partition, records)) await engine.addRecords(chunk);
    }
    const names = table.columns.map(({ name }) => name);
    const copied = copyOf(names, rows);
    await engine.beginRows(0);
    // Cut anywhere: in odd pieces, some smaller than a row's head.
    for (let at = 0; at < copied.length; at += 37) await engine.addRows(0, copied.subarray(at, at + 37));
    await engine.endRows(0);
    return await engine.compare(made.cut);
  } finally {
    await engine.close();
  }
}

function counts({ tables }: Comparison) {
  const [table] = tables;
  if (table === undefined) throw new Error("no table");
  const { lost, extra, different, duplicates, outOfOrder, unproved, noTombstone, undecodable } = table;
  return { lost, extra, different, duplicates, outOfOrder, unproved, noTombstone, undecodable };
}

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, it } from "vitest";

import type { Cut, Difference, TableComparison, TableSpec } from "../../../../src/reconcile/engine/engine.js";
import { ThreadEngine } from "../../../../src/reconcile/engine/thread-engine.js";
import { TEST_MODES, testCodecOf, testColumn } from "../../../support/reconcile/test-codecs.js";
import {
  type Change,
  chunksOf,
  copyOf,
  eventValue,
  type Row,
  type TopicRecord,
} from "../../../support/reconcile/topic.js";

const TABLE: TableSpec = {
  schema: "public",
  name: "things",
  columns: [testColumn("id", "int4"), testColumn("amount", "int4"), testColumn("note", "text")],
  key: ["id"],
  isCompacted: false,
  hasTombstones: true,
};
const ONE: Row = { id: 1, amount: 10, note: "one" };
const TWO: Row = { id: 2, amount: 20, note: null };
const LONG = "x".repeat(40);
const LEFT_OUT = "__debezium_unavailable_value";
const SNAPSHOT_XID = 100;

const event = (id: number, change: Change): TopicRecord => ({
  key: JSON.stringify({ id }),
  value: eventValue(change),
});
const tombstone = (id: number): TopicRecord => ({ key: JSON.stringify({ id }), value: null });
const created = (row: Row, more: Partial<Change> = {}) =>
  event(Number(row.id), { op: "c", after: row, ...more });
const wrapped = ({ key, value }: TopicRecord): TopicRecord => ({
  key: `{"schema":{"type":"struct"},"payload":${key ?? "null"}}`,
  value: `{"schema":{"type":"struct","fields":[]},"payload":${value ?? "null"}}`,
});
const flat = (row: Row): TopicRecord => ({ key: JSON.stringify({ id: row.id }), value: JSON.stringify(row) });

interface Case {
  readonly name: string;
  readonly records: readonly TopicRecord[];
  readonly rows: readonly Row[];
  readonly cut?: Partial<Cut>;
  readonly table?: Partial<TableSpec>;
  /** What is not zero. */
  readonly found?: Partial<TableComparison>;
  readonly differences?: readonly Partial<Difference>[];
}

const CASES: readonly Case[] = [
  { name: "equal", records: [created(ONE), created(TWO)], rows: [ONE, TWO] },
  { name: "with schemas", records: [created(ONE), created(TWO)].map(wrapped), rows: [ONE, TWO] },
  { name: "flattened, with a delete", records: [flat(ONE), flat(TWO), tombstone(1)], rows: [TWO] },
  { name: "no event of a row", records: [created(ONE)], rows: [ONE, TWO], found: { lost: 1 } },
  { name: "no row of an event", records: [created(ONE), created(TWO)], rows: [ONE], found: { extra: 1 } },
  {
    name: "a delete that no event tells",
    records: [created(ONE), tombstone(1)],
    rows: [],
    found: { extra: 1 },
  },
  {
    name: "a row that differs",
    records: [created(ONE)],
    rows: [{ ...ONE, note: null }],
    found: { different: 1 },
  },
  {
    name: "a transaction that runs while the rows are read",
    records: [created(ONE), event(1, { op: "u", after: { ...ONE, amount: 11 }, txId: 90, lsn: 2 })],
    rows: [ONE],
    cut: { running: [90] },
  },
  {
    name: "a transaction after the rows were read",
    records: [created(ONE), created(TWO, { txId: SNAPSHOT_XID + 1, lsn: 2 })],
    rows: [ONE],
    cut: { nextAtEnd: SNAPSHOT_XID + 5 },
  },
  {
    name: "the same number in an earlier round",
    records: [created(ONE, { txId: SNAPSHOT_XID + 1, committedMs: Date.UTC(2025, 0, 1) })],
    rows: [ONE],
    cut: { nextAtEnd: SNAPSHOT_XID + 5 },
  },
  ...[[ONE], [{ ...ONE, amount: 11 }]].map((rows) => ({
    name: `a read that may be newer than the rows: ${rows[0]?.amount ?? ""}`,
    records: [created(ONE), event(1, { op: "r" as const, after: { ...ONE, amount: 11 }, lsn: 5 })],
    rows,
    cut: { certainReadsBefore: [new Map([[0, 1]])] },
  })),
  {
    name: "a value that an update left out",
    records: [
      created({ ...ONE, note: LONG }),
      event(1, { op: "u", after: { ...ONE, amount: 11, note: LEFT_OUT }, lsn: 2 }),
    ],
    rows: [{ ...ONE, amount: 11, note: LONG }],
  },
  {
    name: "a value left out that nothing told before",
    records: [event(1, { op: "u", after: { ...ONE, note: LEFT_OUT } })],
    rows: [{ ...ONE, note: LONG }],
    found: { different: 1 },
  },
  {
    name: "the same where something is cut off",
    records: [event(1, { op: "u", after: { ...ONE, note: LEFT_OUT } })],
    rows: [{ ...ONE, note: LONG }, TWO],
    cut: { cutOff: [new Map([[0, 7]])] },
    found: { unproved: 2 },
  },
  {
    name: "a column that was added with a default",
    records: [event(1, { op: "c", after: { id: 1, amount: 10 } }), created(TWO, { lsn: 2 })],
    rows: [ONE, TWO],
    found: { notInEvents: { note: 1 } },
  },
  {
    name: "a truncate, and a row after it",
    records: [
      created(ONE, { lsn: 1 }),
      { key: null, value: eventValue({ op: "t", lsn: 5 }) },
      created(TWO, { lsn: 9 }),
    ],
    rows: [TWO],
  },
  {
    name: "a row too many of a table without a key is named by an event that shows it",
    records: [
      { key: null, value: eventValue({ op: "c", after: ONE, lsn: 1 }) },
      { key: null, value: eventValue({ op: "c", after: ONE, lsn: 2 }) },
      { key: null, value: eventValue({ op: "u", before: ONE, after: TWO, lsn: 3 }) },
    ],
    rows: [TWO],
    table: { key: [] },
    found: { extra: 1 },
    differences: [{ kind: "extra", offset: 1 }],
  },
  {
    name: "a change that came twice",
    records: [created(ONE, { lsn: 3, commitLsn: 1 }), created(ONE, { lsn: 3, commitLsn: 1 })],
    rows: [ONE],
    found: { duplicates: 1 },
  },
  {
    name: "two changes that changed places",
    records: [created(TWO, { lsn: 9, commitLsn: 5 }), created(ONE, { lsn: 3, commitLsn: 1 })],
    rows: [ONE, TWO],
    found: { outOfOrder: 1 },
  },
  {
    name: "a delete without its tombstone",
    records: [created(ONE), event(1, { op: "d", before: ONE, lsn: 2 }), created(TWO, { lsn: 3 })],
    rows: [TWO],
    found: { noTombstone: 1 },
  },
  {
    name: "a delete whose tombstone is yet to come",
    records: [created(TWO), created(ONE, { lsn: 2 }), event(1, { op: "d", before: ONE, lsn: 3 })],
    rows: [TWO],
  },
  {
    name: "what is no event, and events of another database or connector",
    records: [
      created(ONE),
      { key: JSON.stringify({ id: 2 }), value: '{"op":"c","aft' },
      created({ ...TWO, id: 3 }, { db: "other" }),
      created({ ...TWO, id: 4 }, { connector: "second" }),
      { key: "no JSON", value: eventValue({ op: "c", after: TWO }) },
      {
        key: JSON.stringify({ id: 5 }),
        value: eventValue({ op: "c", after: { id: 5, amount: "many", note: null } }),
      },
    ],
    rows: [ONE],
    found: { undecodable: 3, foreign: 2 },
  },
];

let root = "";
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "cdc-pipeline-engine-"));
});
afterAll(() => rm(root, { recursive: true, force: true }));

it.each(CASES)("$name", async ({ records, rows, cut = {}, table = {}, found = {}, differences: named }) => {
  const spec = { ...TABLE, ...table };
  const engine = new ThreadEngine(
    {
      tables: [spec],
      modes: TEST_MODES,
      seed: [3, 4],
      expected: 10,
      memoryBytes: 1_000_000,
      folder: join(root, "engine"),
      sample: 1,
      database: "mykart",
      connector: "debezium.mykart",
      maxNamed: 10,
      withTransactions: false,
    },
    testCodecOf,
  );
  try {
    for (const chunk of chunksOf(0, 0, records)) await engine.addRecords(chunk);
    await engine.beginRows(0);
    await engine.addRows(0, copyOf(["id", "amount", "note"], rows));
    await engine.endRows(0);
    const { tables, differences } = await engine.compare({
      running: [],
      nextAtSnapshot: SNAPSHOT_XID,
      nextAtEnd: SNAPSHOT_XID,
      takenAtMs: Date.UTC(2026, 0, 1),
      certainReadsBefore: [new Map([[0, records.length]])],
      cutOff: [],
      ...cut,
    });
    expect(tables[0]).toEqual({
      rows: expect.any(Number) as number,
      events: expect.any(Number) as number,
      lost: 0,
      extra: 0,
      different: 0,
      duplicates: 0,
      outOfOrder: 0,
      late: 0,
      unproved: 0,
      noTombstone: 0,
      undecodable: 0,
      foreign: 0,
      notInEvents: {},
      ...found,
    });
    if (named !== undefined) expect(differences).toMatchObject(named);
  } finally {
    await engine.close();
  }
});

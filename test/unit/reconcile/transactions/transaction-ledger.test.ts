import { readdir } from "node:fs/promises";

import { afterEach, describe, expect, it } from "vitest";

import type { Cut, EngineOptions, TableSpec } from "../../../../src/reconcile/engine/engine.js";
import type { TransactionLedger } from "../../../../src/reconcile/engine/transaction-ledger.js";
import { createTransactionLedger } from "../../../../src/reconcile/transactions/create-transaction-ledger.js";
import { useSandbox } from "../../../support/leaks.js";

const sandbox = useSandbox();
const made: TransactionLedger[] = [];
afterEach(() => {
  for (const ledger of made.splice(0)) ledger.close();
});

const tableOf = (name: string, isCompacted = false): TableSpec => ({
  schema: "public",
  name,
  columns: [],
  key: ["id"],
  isCompacted,
  hasTombstones: true,
});

/** Everything up to transaction 1000 was committed before the rows were read. */
const CUT: Cut = {
  running: [900],
  nextAtSnapshot: 1_000,
  nextAtEnd: 1_100,
  takenAtMs: Date.UTC(2026, 10, 30),
  certainReadsBefore: [],
  cutOff: [],
};
const COMMITTED_AT_MS = CUT.takenAtMs - 60_000;

function openLedger(options: Partial<EngineOptions> = {}) {
  const ledger = createTransactionLedger({
    tables: [tableOf("orders"), tableOf("items")],
    modes: {
      timePrecision: "adaptive",
      decimalHandling: "string",
      intervalHandling: "numeric",
      binaryHandling: "bytes",
      hstoreHandling: "json",
      moneyFractionDigits: 2,
      unavailablePlaceholder: "__debezium_unavailable_value",
      includesUnknownTypes: false,
      decimalFormat: "base64",
    },
    seed: [1, 2],
    expected: 10,
    memoryBytes: 1_000_000,
    folder: sandbox.folder,
    sample: 1,
    database: "shop",
    maxNamed: 20,
    withTransactions: true,
    ...options,
  });
  made.push(ledger);
  let offset = 0;
  const within = (text: string) => {
    const bytes = Buffer.from(`..${text}..`);
    return [bytes, 2, bytes.length - 2] as const;
  };
  return {
    ledger,
    /** An event, as its record names its transaction; its position in the log is its own. */
    event: (txId: number, order: number, { table = 0, partition = 0, lsn = txId * 1_000 + order } = {}) =>
      ledger.addEvent(...within(`${txId}:${lsn}`), table, order, order, partition, offset++),
    /** The record of the topic of transactions. */
    end: (
      txId: number,
      counts: Readonly<Record<string, number>>,
      { lsn = txId * 1_000 + 999, at = offset++, atMs = COMMITTED_AT_MS } = {},
    ) => {
      const collections = Object.entries(counts).map(([name, count]) => ({
        data_collection: name,
        event_count: count,
      }));
      const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
      const value = {
        status: "END",
        id: `${txId}:${lsn}`,
        event_count: total,
        data_collections: collections,
        ts_ms: atMs,
      };
      ledger.addTransaction(...within(JSON.stringify(value)), 0, at);
    },
    record: (value: string) => ledger.addTransaction(...within(value), 0, offset++),
  };
}

const ORDERS = "public.orders";
const ITEMS = "public.items";
const NOTHING = { whole: 0, incomplete: 0, unproved: 0, differences: [] };

describe("the ledger of transactions", () => {
  it("finds whole what has all events, by table and partition, however often they came", () => {
    const { ledger, event, end } = openLedger();
    for (const order of [1, 2, 4]) event(5, order);
    event(5, 3, { partition: 1 });
    for (const order of [1, 2]) event(5, order, { table: 1 });
    end(5, { [ORDERS]: 4, [ITEMS]: 2, "cdc_pipeline.probe": 7 });
    // After a restart all of it comes again.
    for (const order of [3, 4]) event(5, order);
    end(5, { [ORDERS]: 4, [ITEMS]: 2, "cdc_pipeline.probe": 7 });
    expect(ledger.summarize(CUT)).toEqual({ ...NOTHING, whole: 1 });
  });

  it("names what is missing, though as many came twice", () => {
    const { ledger, event, end } = openLedger();
    for (const order of [1, 2, 2, 4]) event(5, order);
    end(5, { [ORDERS]: 4, [ITEMS]: 1 });
    for (const order of [1, 2]) event(6, order);
    end(6, { [ORDERS]: 2 });
    expect(ledger.summarize(CUT)).toEqual({
      whole: 1,
      incomplete: 1,
      unproved: 0,
      differences: [
        {
          id: "5:5999",
          expected: 5,
          found: 3,
          note: "public.orders: 1 of 4 events missing, the first is number 3; public.items: 1 of 1 event missing, the first is number 1",
        },
      ],
    });
  });

  it("misses an END, unless it may have been removed", () => {
    const { ledger, event } = openLedger();
    event(5, 1);
    event(5, 2);
    expect(ledger.summarize(CUT)).toMatchObject({
      incomplete: 1,
      differences: [{ id: "5:5002", found: 2, note: expect.stringContaining("no END") as string }],
    });
    const cut = openLedger();
    cut.end(7, { "public.other": 1 }, { at: 40 });
    cut.event(5, 1);
    expect(cut.ledger.summarize(CUT)).toEqual({ ...NOTHING, unproved: 1 });
  });

  it.each([
    ["was running", 900, {}],
    ["had not begun", 1_050, {}],
    ["may not be seen on a standby", 950, { uncertainFrom: 940 }],
  ] as const)("proves nothing of what %s when the rows were read", (_, txId, cut) => {
    const { ledger, event, end } = openLedger();
    event(txId, 1);
    end(txId, { [ORDERS]: 2 });
    expect(ledger.summarize({ ...CUT, ...cut })).toEqual({ ...NOTHING, unproved: 1 });
  });

  it("finds whole what is whole, also when it was still under way", () => {
    const { ledger, event, end } = openLedger();
    event(1_050, 1);
    end(1_050, { [ORDERS]: 1 });
    expect(ledger.summarize(CUT)).toEqual({ ...NOTHING, whole: 1 });
  });

  it("proves nothing of what may have been removed by retention, and all that came after", () => {
    const { ledger, event, end } = openLedger();
    for (const txId of [5, 6, 7]) end(txId, { [ORDERS]: 2 });
    end(8, { [ITEMS]: 2 });
    event(6, 2);
    event(7, 1);
    const cutOff = [new Map([[0, 100]])];
    expect(ledger.summarize({ ...CUT, cutOff })).toMatchObject({
      whole: 0,
      unproved: 2,
      incomplete: 2,
      differences: [{ id: "7:7999" }, { id: "8:8999" }],
    });
    // Nothing at all is left.
    expect(openLedgerWithEnd().summarize({ ...CUT, cutOff })).toEqual({ ...NOTHING, unproved: 1 });
  });

  function openLedgerWithEnd() {
    const { ledger, end } = openLedger();
    end(5, { [ORDERS]: 2 });
    return ledger;
  }

  it("proves nothing of compacted topics, and of events that no END names", () => {
    const compacted = openLedger({ tables: [tableOf("orders", true)] });
    compacted.end(5, { [ORDERS]: 2 });
    expect(compacted.ledger.summarize(CUT)).toEqual({ ...NOTHING, unproved: 1 });
    const { ledger, event, end } = openLedger();
    event(5, 1);
    end(5, { "public.orders_2026": 1 });
    expect(ledger.summarize(CUT)).toEqual({ ...NOTHING, unproved: 1 });
  });

  it("tells two transactions of one number apart, which comes again after 2^32", () => {
    const { ledger, event, end } = openLedger();
    const later = 2 ** 40;
    event(5, 1, { lsn: 10 });
    event(5, 2, { lsn: 20 });
    end(5, { [ORDERS]: 2 }, { lsn: 30 });
    event(5, 1, { lsn: later });
    end(5, { [ORDERS]: 2 }, { lsn: later + 1 });
    expect(ledger.summarize(CUT)).toMatchObject({
      whole: 1,
      incomplete: 1,
      differences: [{ id: `5:${later + 1}`, expected: 2, found: 1 }],
    });
  });

  it("takes numbers above 2^31, with a schema around the record and without a position", () => {
    const { ledger, event, record } = openLedger();
    const txId = 2 ** 32 - 5;
    event(txId, 1);
    const payload = {
      status: "END",
      id: String(txId),
      data_collections: [{ data_collection: ORDERS, event_count: 2 }],
    };
    record(JSON.stringify({ schema: {}, payload }));
    const cut = { ...CUT, nextAtSnapshot: 10, nextAtEnd: 12 };
    expect(ledger.summarize(cut)).toMatchObject({ incomplete: 1, differences: [{ expected: 2, found: 1 }] });
  });

  it("is not led astray by records that are none", () => {
    const { ledger, record, event } = openLedger();
    for (const value of [
      "",
      "{",
      '"END"',
      "[1]",
      '{"status":"END"}',
      '{"status":"END","id":"x:y","data_collections":[7]}',
      '{"status":"BEGIN","id":"5:1"}',
    ]) {
      record(value);
    }
    event(Number.NaN, 1);
    expect(ledger.summarize(CUT)).toEqual(NOTHING);
  });

  it("holds many in files, finds each that lacks one, and leaves no file", async () => {
    const { ledger, event, end } = openLedger({ expected: 200_000, memoryBytes: 50_000, maxNamed: 3 });
    const transactions = 10_000;
    for (let txId = 1; txId <= transactions; txId++) {
      for (let order = 1; order <= 4; order++) {
        if (txId % 1_000 !== 0 || order !== 3) event(txId, order, { partition: order % 3 });
      }
      end(txId, { [ORDERS]: 4 });
    }
    const summary = ledger.summarize({ ...CUT, running: [], nextAtSnapshot: 50_000, nextAtEnd: 50_001 });
    expect(summary).toMatchObject({ whole: transactions - 10, incomplete: 10, unproved: 0 });
    expect(summary.differences).toHaveLength(3);
    expect(await readdir(sandbox.folder)).toEqual(["transactions"]);
    ledger.close();
    expect(await readdir(sandbox.folder)).toEqual([]);
  });
});

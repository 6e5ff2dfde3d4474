import { describe, expect, it } from "vitest";

import type { NamedDifference, TableReconciliation } from "../../../../src/reconcile/reconciliation.js";
import { planRepair, type RepairTable } from "../../../../src/reconcile/repair/plan-repair.js";
import { signalChannelOf } from "../../../../src/reconcile/repair/signal-channel.js";
import { signalsFor } from "../../../../src/reconcile/repair/snapshot-signals.js";
import { catchCdcError } from "../../../support/catch-cdc-error.js";

const tableOf = (
  facts: Partial<TableReconciliation>,
  place: Partial<Omit<RepairTable, "result">> = {},
): RepairTable => ({
  schema: "public",
  name: "products",
  key: ["id"],
  ...place,
  result: {
    table: `public.${place.name ?? "products"}`,
    topic: "t",
    rows: 10,
    events: 10,
    lost: 0,
    extra: 0,
    different: 0,
    duplicates: 0,
    outOfOrder: 0,
    unproved: 0,
    late: 0,
    noTombstone: 0,
    undecodable: 0,
    foreign: 0,
    differences: [],
    notes: [],
    ...facts,
  },
});
const wrong = (kind: NamedDifference["kind"], ...ids: readonly string[]): NamedDifference[] =>
  ids.map((id) => ({ kind, key: { id } }));

describe("the plan of a repair", () => {
  it("asks for exactly the rows that are lost or different", () => {
    const differences = [...wrong("lost", "1", "2"), ...wrong("different", "3"), ...wrong("duplicate", "4")];
    const { requests, notMended } = planRepair([
      tableOf({ lost: 2, different: 1, duplicates: 1, differences }),
      tableOf({ duplicates: 3 }, { name: "quiet" }),
    ]);
    expect(requests).toMatchObject([
      { rows: [{ id: "1" }, { id: "2" }, { id: "3" }], sentence: "3 rows of public.products" },
    ]);
    expect(notMended).toEqual([]);
  });

  it("asks for the whole table where not all of its rows are named, or their keys are not known", () => {
    const { requests } = planRepair([
      tableOf({ lost: 1_200, differences: wrong("lost", "1") }),
      tableOf({ lost: 1, differences: [{ kind: "lost", key: {} }] }),
    ]);
    expect(requests.map(({ rows }) => rows)).toEqual([[], []]);
    expect(requests[0]?.sentence).toContain("1,200 are lost or different, and only 1 of them");
  });

  it.each([
    ["extra", tableOf({ extra: 2 }), "2 extra"],
    ["without a key", tableOf({ lost: 2 }, { key: [] }), "without a key"],
    ["with a name that is a pattern", tableOf({ lost: 2 }, { name: "a(b" }), "cannot hold its name"],
  ])("says what no snapshot mends: %s", (_, table, words) => {
    const plan = planRepair([table]);
    expect(plan.requests).toEqual([]);
    expect(plan.notMended).toEqual([expect.stringContaining(words)]);
  });
});

describe("the signals of a repair", () => {
  const request = (place: Partial<RepairTable>, rows: readonly Record<string, string>[]) => ({
    schema: "public",
    name: "products",
    key: ["id"],
    label: "",
    sentence: "",
    ...place,
    rows,
  });

  it("quote names and values for SQL, and names for Debezium", () => {
    const rows = [{ "Order Id": "7", line: 'it\'s \\ "x"' }];
    const [signal] = signalsFor(request({ name: "Order Items", key: ["Order Id", "line"] }, rows), 10_000);
    expect(signal).toEqual({
      type: "INCREMENTAL",
      "data-collections": ['public."Order Items"'],
      "additional-conditions": [
        {
          "data-collection": '(?-i:public\\."Order Items")',
          filter: `("Order Id", "line") IN (('7', E'it''s \\\\ "x"'))`,
        },
      ],
    });
  });

  it("are several where the rows do not fit into one, with each row once", () => {
    const rows = Array.from({ length: 100 }, (_, index) => ({ id: `'${index}` }));
    const signals = signalsFor(request({}, rows), 500);
    expect(signals.length).toBeGreaterThan(1);
    for (const signal of signals) expect(JSON.stringify(signal).length).toBeLessThanOrEqual(500);
    const filters = signals.map((signal) => signal["additional-conditions"]?.[0]?.filter ?? "").join();
    expect([...filters.matchAll(/\('''(\d+)'\)/g)].map(([, id]) => Number(id))).toEqual(
      rows.map((_, index) => index),
    );
  });

  it("have no condition for a whole table", () => {
    expect(signalsFor(request({}, []), 500)).toEqual([
      { type: "INCREMENTAL", "data-collections": ["public.products"] },
    ]);
  });
});

describe("the channel for signals", () => {
  const base = { "topic.prefix": "debezium.shop" };

  it.each([
    [
      { "signal.data.collection": "public.debezium_signal" },
      { kind: "source", schema: "public", table: "debezium_signal" },
    ],
    [{ "signal.data.collection": '"My S"."a.""b"' }, { kind: "source", schema: "My S", table: 'a."b' }],
    [
      { "signal.data.collection": "s.t", "signal.enabled.channels": "kafka" },
      { kind: "kafka", topic: "debezium.shop-signal", key: "debezium.shop" },
    ],
    [
      { "read.only": "true", "signal.enabled.channels": "source, kafka", "signal.kafka.topic": "signals" },
      { kind: "kafka", topic: "signals", key: "debezium.shop" },
    ],
  ])("is what the connector's settings open: %j", (settings, channel) => {
    expect(signalChannelOf("c", { ...base, ...settings })).toEqual(channel);
  });

  it.each([{}, { "signal.enabled.channels": "kafka" }, { "signal.data.collection": "nonsense" }])(
    "is refused with what to add where they open none: %j",
    async (settings) => {
      const error = await catchCdcError(() => signalChannelOf("c", { ...base, ...settings }));
      expect(error.code).toBe("SIGNALS_OFF");
      expect(error.hint).toContain('"signal.data.collection": "public.debezium_signal"');
    },
  );
});

import { describe, expect, it } from "vitest";

import type { ConsumedRecord } from "../../../src/clients/kafka/consumed-record.js";
import { decodeEvent } from "../../../src/events/decode-event.js";

function record(value: unknown, overrides: Partial<ConsumedRecord> = {}): ConsumedRecord {
  return {
    topic: "debezium.shop.public.orders",
    partition: 1,
    offset: 7,
    timestampMs: 1_000,
    key: Buffer.from('{"id":3}'),
    value: value === null ? null : Buffer.from(typeof value === "string" ? value : JSON.stringify(value)),
    seenAtMs: 0,
    ...overrides,
  };
}
const decode = (value: unknown, overrides?: Partial<ConsumedRecord>) =>
  decodeEvent(record(value, overrides), "debezium.shop");

const change = {
  before: null,
  after: { id: 3, note: "x" },
  source: { schema: "public", table: "or ders", ts_ms: 2_000, lsn: 5, snapshot: "false" },
  op: "c",
  ts_ms: 3_000,
};

describe("a change", () => {
  const expected = {
    kind: "change",
    op: "c",
    schema: "public",
    table: "or ders",
    key: { id: 3 },
    before: null,
    after: { id: 3, note: "x" },
    timeMs: 2_000,
    topic: "debezium.shop.public.orders",
    partition: 1,
    offset: 7,
  };

  it("tells its table as PostgreSQL names it, and the time of its commit", () => {
    expect(decode(change)).toMatchObject(expected);
  });

  it("is understood beside its schema, with a key of the same kind", () => {
    const key = Buffer.from(JSON.stringify({ schema: {}, payload: { id: 3 } }));
    expect(decode({ schema: {}, payload: change }, { key })).toMatchObject(expected);
  });

  it("keeps whole numbers that JavaScript would round", () => {
    expect(decode('{"op":"c","after":{"id":9007199254740993}}')).toMatchObject({
      after: { id: "9007199254740993" },
    });
  });

  it("may have no key, and a truncation has no row", () => {
    expect(decode({ op: "t", source: {} }, { key: null })).toMatchObject({
      op: "t",
      key: null,
      before: null,
      after: null,
      table: "orders",
      timeMs: 1_000,
    });
  });
});

describe("a row that a transform has flattened", () => {
  const isFlattened = true;

  it.each([
    ["alone", { id: 3, op: "x" }, { op: null, before: null, after: { id: 3, op: "x" }, timeMs: 1_000 }],
    [
      "with added fields",
      {
        ...{ id: 3, __op: "u", __table: "or ders", __schema: "sales", __lsn: 9, __txId: 7, __id: 1 },
        ...{ __source_ts_ms: 2_000, __ts_ms: 2_500, __transaction_id: "7:9", __deleted: "false" },
      },
      {
        ...{ op: "u", schema: "sales", table: "or ders", timeMs: 2_000, after: { id: 3, __id: 1 } },
        source: { table: "or ders", schema: "sales", lsn: 9, txId: 7, ts_ms: 2_000 },
      },
    ],
    ["when Debezium handled it", { id: 3, __ts_ms: 2_500 }, { timeMs: 2_500, after: { id: 3 } }],
    [
      "of a delete that was rewritten",
      { id: 3, note: null, __deleted: "true" },
      { op: "d", before: { id: 3, note: null }, after: null },
    ],
    ["by a cast", { id: 3, __deleted: true }, { op: "d", before: { id: 3 } }],
    ["by its op alone", { id: 3, __op: "d" }, { op: "d", before: { id: 3 }, after: null }],
  ])("is told %s, with and without its schema", (_what, value, expected) => {
    expect(decode(value)).toMatchObject({ kind: "change", isFlattened, ...expected });
    expect(decode({ schema: {}, payload: value })).toEqual(decode(value));
  });

  it.each([
    ["beside a schema", { schema: {}, payload: null }] as const,
    ["as the word null", "null"] as const,
  ])("may be gone, which is no tombstone: %s", (_where, value) => {
    expect(decode(value)).toMatchObject({
      ...{ kind: "change", isFlattened, op: "d", before: null, after: null, key: { id: 3 } },
    });
  });
});

describe("what Debezium tells beside the changes", () => {
  const end = { status: "END", id: "7:9", event_count: 1, data_collections: [], ts_ms: 5 };
  it.each([
    ["transaction", end, { id: "7:9" }],
    ["heartbeat", { ts_ms: 5 }, { serverName: "debezium.shop" }],
    ["message", { op: "m", source: {}, message: { prefix: "p", content: "" } }, { prefix: "p" }],
  ])("is a %s", (kind, value, key) => {
    expect(decode(value, { key: Buffer.from(JSON.stringify(key)) })).toMatchObject({ kind, key, value });
  });

  it("is no row of a table that looks like it", () => {
    expect(decode({ ts_ms: 5 })).toMatchObject({ kind: "change", after: { ts_ms: 5 } });
    expect(decode({ status: "END", id: 3 })).toMatchObject({ kind: "change" });
  });
});

describe("a topic that is routed", () => {
  it("leaves the table to the event, or else is its name", () => {
    expect(decode(change, { topic: "all" })).toMatchObject({ schema: "public", table: "or ders" });
    expect(decode({ id: 3 }, { topic: "all" })).toMatchObject({ schema: "", table: "all" });
    expect(decode(null, { topic: "debezium.shop.all" })).toMatchObject({ table: "debezium.shop.all" });
  });
});

describe("what is no change", () => {
  it("is a tombstone where there is no value", () => {
    expect(decode(null)).toMatchObject({
      kind: "tombstone",
      schema: "public",
      table: "orders",
      key: { id: 3 },
    });
  });

  it.each([
    ["text", "not json", /^no JSON object, 8 bytes$/],
    ["a number", "17", /^no JSON object/],
    ["an array", "[1]", /^no JSON object/],
    ["Avro", "\u0000\u0000\u0000\u0000\u0001abc", /Avro/],
    ["an empty object", {}, /^a JSON object that holds nothing$/],
  ] as const)("is undecodable: %s", (_what, value, reason) => {
    expect(decode(value)).toMatchObject({
      kind: "undecodable",
      reason: expect.stringMatching(reason) as string,
      table: "orders",
    });
  });

  it("has its key as text where that is no JSON", () => {
    expect(decode("x", { key: Buffer.from("stray") })).toMatchObject({ key: "stray" });
  });
});

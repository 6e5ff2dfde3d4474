import { describe, expect, it } from "vitest";

import type { ConsumedRecord } from "../../../src/clients/kafka.js";
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
    ["JSON's null", "null", /^no JSON object/],
    ["Avro", "\u0000\u0000\u0000\u0000\u0001abc", /Avro/],
    ["a row that a transform has unwrapped", { id: 3 }, /without Debezium's `op`/],
    ["an empty payload", { schema: {}, payload: null }, /^no JSON object/],
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

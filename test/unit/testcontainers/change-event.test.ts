import { expect, test } from "vitest";

import type { ConsumedRecord } from "../../../src/clients/kafka/consumed-record.js";
import { decodeChangeEvent } from "../../../src/testcontainers/change-event.js";

const record = (key: unknown, value: unknown): ConsumedRecord => ({
  topic: "debezium.shop.public.products",
  partition: 0,
  offset: 5,
  timestampMs: 1_000,
  key: key === null ? null : Buffer.from(JSON.stringify(key)),
  value: value === null ? null : Buffer.from(JSON.stringify(value)),
  seenAtMs: 0,
});

const value = { op: "u", before: null, after: { id: 1 }, source: { db: "shop" }, ts_ms: 2_000 };
const decoded = {
  op: "u",
  before: null,
  after: { id: 1 },
  key: { id: 1 },
  source: { db: "shop" },
  timestampMs: 2_000,
  topic: "debezium.shop.public.products",
  partition: 0,
  offset: 5,
};

test("a change is told with its place in the topic", () => {
  expect(decodeChangeEvent(record({ id: 1 }, value))).toEqual(decoded);
});

test("a change that comes with its schema is the same", () => {
  const withSchema = (payload: unknown) => ({ schema: { type: "struct" }, payload });
  expect(decodeChangeEvent(record(withSchema({ id: 1 }), withSchema(value)))).toEqual(decoded);
});

test("a table without a key has events without one", () => {
  expect(decodeChangeEvent(record(null, value))?.key).toBeNull();
});

test("the tombstone behind a delete, and what is no change, are no events", () => {
  expect(decodeChangeEvent(record({ id: 1 }, null))).toBeUndefined();
  expect(decodeChangeEvent(record({ id: 1 }, { ts_ms: 1 }))).toBeUndefined();
});

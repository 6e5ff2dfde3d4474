import { describe, expect, it } from "vitest";

import type { ConsumedRecord } from "../../../../src/clients/kafka/consumed-record.js";
import { matchEvent } from "../../../../src/stages/verify/match-event.js";

const TOKEN = "5b0f2b1e-6a0a-4a51-9c0b-0c8d8f0f7a11";
const values = new Map([["token", TOKEN]]);
const written = {
  ...{ txId: 7, sentAtMs: 0, committedAtMs: 1 },
  ...{ columns: values, lastColumns: values, key: values, marks: [TOKEN] },
};
const subject = { schema: "cdc_pipeline", table: "probe" };

function record(value: unknown, key: unknown = { token: TOKEN }): ConsumedRecord {
  const bytesOf = (from: unknown) => Buffer.from(typeof from === "string" ? from : JSON.stringify(from));
  return {
    ...{ topic: "debezium.shop.cdc_pipeline.probe", partition: 2, offset: 41, timestampMs: 0, seenAtMs: 0 },
    key: key === null ? null : bytesOf(key),
    value: value === null ? null : bytesOf(value),
  };
}

const source = { schema: "cdc_pipeline", table: "probe", txId: 7 };
const event = { before: null, after: { token: TOKEN }, source, op: "c" };
const row = { token: TOKEN, inserted_at: "2026-11-30T11:09:52.081483Z" };

describe("a record that came of a probe", () => {
  it.each([
    ["an event", event, "event", "c"],
    ["an event beside its schema", { schema: {}, payload: event }, "event", "c"],
    ["an event that does not tell its transaction", { ...event, source: {} }, "event", "c"],
    ["a delete", { ...event, op: "d", before: { token: TOKEN }, after: null }, "event", "d"],
    ["a truncate", { op: "t", before: null, after: null, source }, "event", "t"],
    ["a flattened row", row, "flattened", null],
    ["a flattened row that tells more", { ...row, __op: "u", __txId: 7 }, "flattened", "u"],
    ["a flattened delete", { ...row, __deleted: "true" }, "flattened", "d"],
    ["a flattened delete that is JSON's null", "null", "flattened", "d"],
    ["the same beside its schema", { schema: {}, payload: null }, "flattened", "d"],
    ["a tombstone", null, "tombstone", null],
    ["bytes that hold the token", `\u0000\u0000\u0001${TOKEN}`, "presence", null],
    ["JSON of another shape", { id: 1, data: { payload: event } }, "presence", null],
  ])("is %s", (_what, value, form, op) => {
    expect(matchEvent(record(value), subject, written)).toMatchObject({ form, op });
  });

  it("is known by its key where only that holds the token", () => {
    expect(matchEvent(record("\u0000binary"), subject, written)?.form).toBe("presence");
    expect(matchEvent(record("\u0000binary", `Struct{token=${TOKEN}}`), subject, written)?.form).toBe(
      "presence",
    );
  });
});

describe("any other record", () => {
  const other = { token: "6c0f2b1e-6a0a-4a51-9c0b-0c8d8f0f7a11" };
  it.each([
    ["of another row", { ...event, after: other, source: {} }, other],
    ["of another transaction", { ...event, source: { ...source, txId: 8 } }, { token: TOKEN }],
    [
      "of another table of the transaction",
      { ...event, source: { ...source, table: "audit" } },
      { token: TOKEN },
    ],
    ["of another truncate", { op: "t", source: { ...source, txId: 8 } }, null],
    ["that is flattened", other, other],
    ["that is another tombstone", null, other],
    ["that is another null", "null", other],
    ["that is a heartbeat", { ts_ms: 1 }, { serverName: "debezium.shop" }],
    ["that is no JSON", "\u0000\u0000\u0001Avro", null],
    ["that is empty", "", null],
  ])("is passed over: one %s", (_what, value, key) => {
    expect(matchEvent(record(value, key), subject, written)).toBeUndefined();
  });

  it("is never taken for a row without a key and without values that can be compared", () => {
    const nothing = new Map<string, string>();
    const bare = { ...written, columns: nothing, key: nothing, marks: [] };
    expect(matchEvent(record({ at: "2026" }, null), subject, bare)).toBeUndefined();
  });
});

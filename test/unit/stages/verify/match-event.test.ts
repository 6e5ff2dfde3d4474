import { describe, expect, it } from "vitest";

import type { ConsumedRecord } from "../../../../src/clients/kafka.js";
import { matchEvent } from "../../../../src/stages/verify/match-event.js";

const TOKEN = "5b0f2b1e-6a0a-4a51-9c0b-0c8d8f0f7a11";

function record(value: unknown): ConsumedRecord {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return {
    topic: "debezium.shop.cdc_pipeline.probe",
    partition: 2,
    offset: 41,
    timestampMs: 0,
    key: null,
    value: value === null ? null : Buffer.from(text),
    seenAtMs: 0,
  };
}

const event = { before: null, after: { id: 1, token: TOKEN }, source: { lsn: 27311872 }, op: "c" };

describe("the event of the probe row", () => {
  const found = { topic: "debezium.shop.cdc_pipeline.probe", partition: 2, offset: 41, op: "c" };

  it("is found in JSON without a schema", () => {
    expect(matchEvent(record(event), TOKEN)).toEqual(found);
  });

  it("is found in JSON beside its schema", () => {
    expect(matchEvent(record({ schema: { type: "struct" }, payload: event }), TOKEN)).toEqual(found);
  });

  it.each(["c", "u", "r"] as const)(
    "tells op %s, so that a snapshot's read is not taken for streaming",
    (op) => {
      expect(matchEvent(record({ ...event, op }), TOKEN)?.op).toBe(op);
    },
  );
});

describe("a record that is not the event of the probe row", () => {
  it.each([
    ["of another row", { ...event, after: { token: "another" } }],
    ["of the row's removal", { ...event, op: "d", before: event.after, after: null }],
    ["of a truncation", { op: "t", source: {} }],
    ["that only names the token elsewhere", { ...event, after: { note: TOKEN } }],
    ["of a row without a token", { ...event, after: {} }],
    ["with a text after the change", { ...event, after: TOKEN }],
    ["with an empty payload", { schema: {}, payload: null }],
    ["that is a tombstone", null],
    ["that is a number", 7],
    ["that is JSON's null", "null"],
    ["that is a list", [event]],
    ["that is no JSON", "\u0000\u0000\u0001Avro"],
    ["that is empty", ""],
  ])("is passed over: one %s", (_what, value) => {
    expect(matchEvent(record(value), TOKEN)).toBeUndefined();
  });
});

import { describe, expect, it } from "vitest";

import type { DecodedEvent } from "../../../src/events/decode-event.js";
import { eventFilter, type EventFilterOptions } from "../../../src/events/event-filter.js";
import { keyMatcher } from "../../../src/events/match-key.js";
import { parseOps } from "../../../src/events/parse-ops.js";
import { catchCdcError } from "../../support/catch-cdc-error.js";

const place = {
  topic: "t",
  partition: 0,
  offset: 0,
  timeMs: 0,
  schema: "public",
  table: "orders",
  key: { id: 3 },
};
const change = (op: string | null): DecodedEvent => ({
  ...{ ...place, kind: "change", isFlattened: op === null, op, before: null, after: { n: 1 }, source: {} },
});
const EVENTS: readonly DecodedEvent[] = [
  ...["c", "u", "d", "t", "r", null].map(change),
  { ...place, kind: "tombstone" },
  { ...place, kind: "undecodable", reason: "", value: Buffer.from("?") },
  { ...place, kind: "transaction", value: { status: "END" } },
  { ...place, kind: "heartbeat", value: { ts_ms: 1 } },
];
const shown = (options: Partial<EventFilterOptions>) =>
  EVENTS.filter(eventFilter({ asides: new Set(), ...options })).map((event) =>
    event.kind === "change" ? event.op : event.kind,
  );

describe("the events that are shown", () => {
  it("are those of tables, without what is beside them unless it is asked for", () => {
    expect(shown({})).toEqual(["c", "u", "d", "t", "r", null, "tombstone", "undecodable"]);
    expect(shown({ asides: new Set(["transaction"]) })).toContain("transaction");
  });

  it("are of the operations that are wanted", () => {
    expect(shown({ ops: parseOps("c, delete,R") })).toEqual(["c", "d", "r"]);
  });

  it("meet an expression and each part of a key", () => {
    expect(shown({ where: ({ kind }) => kind === "tombstone" })).toEqual(["tombstone"]);
    expect(shown({ keys: [keyMatcher("id=3"), keyMatcher("id=4")] })).toEqual([]);
  });
});

describe("a key", () => {
  it.each([
    ["id=3", { id: 3 }, true],
    ["id=3.0", { id: 3 }, true],
    ["3", { id: 3 }, true],
    ["id=3", { id: 3, region: "eu" }, true],
    ["3", { id: 3, region: "eu" }, false],
    ["id=3", { id: "3" }, true],
    ["id=3.0", { id: "3" }, false],
    ["id=9007199254740993", { id: "9007199254740993" }, true],
    ["id=9007199254740993", { id: "9007199254740992" }, false],
    ["id=a=b", { id: "a=b" }, true],
    ["a=b", { id: "a=b" }, true],
    ["id=", { id: "" }, true],
    ["id=null", { id: null }, false],
    ["=x", { id: "=x" }, true],
    ["plain text", "plain text", true],
    ["a=b", "a=b", true],
    ["id=3", null, false],
  ])("%s of %j is %s", (wanted, key, expected) => {
    expect(keyMatcher(wanted)(key)).toBe(expected);
  });
});

it.each(["x", "c,", "", "constructor"])("--op %j is refused", async (list) => {
  expect(await catchCdcError(() => parseOps(list))).toMatchObject({ code: "USAGE" });
});

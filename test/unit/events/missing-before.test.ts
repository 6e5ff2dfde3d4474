import { expect, it } from "vitest";

import { decodeEvent } from "../../../src/events/decode-event.js";
import { missingBefore } from "../../../src/events/missing-before.js";
import { readsBefore } from "../../../src/events/where/reads-before.js";

const eventOf = (table: string, value: object) =>
  decodeEvent(
    {
      topic: `debezium.shop.public.${table}`,
      partition: 0,
      offset: 0,
      timestampMs: 0,
      seenAtMs: 0,
      key: null,
      value: Buffer.from(JSON.stringify(value)),
    },
    "debezium.shop",
  );
const change = (op: string, before: object | null) => ({ op, before, after: { id: 1 }, source: {} });

it("tells once of a table whose updates have no row before", () => {
  const look = missingBefore();
  expect(look(eventOf("items", change("c", null)))).toBeUndefined();
  expect(look(eventOf("items", change("u", { id: 1 })))).toBeUndefined();
  expect(look(eventOf("Items", change("u", null)))).toMatch(
    /public\.Items .*ALTER TABLE "public"\."Items" REPLICA IDENTITY FULL/,
  );
  expect(look(eventOf("Items", change("u", null)))).toBeUndefined();
  expect(look(eventOf("flat", { id: 1, __op: "u" }))).toMatch(/ExtractNewRecordState/);
});

it.each([
  ["before.price < after.price", true],
  ['not ("before" . "x" is null)', true],
  ["after.before.x = 1", false],
  ["before = 1 and after.x = 'before.x'", false],
])("%s", (where, expected) => {
  expect(readsBefore(where)).toBe(expected);
});

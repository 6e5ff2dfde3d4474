import { describe, expect, it } from "vitest";

import type { DecodedEvent, Row } from "../../../../src/events/decode-event.js";
import { parseWhere } from "../../../../src/events/where/parse-where.js";
import { catchCdcError } from "../../../support/catch-cdc-error.js";

const event = (before: Row | null, after: Row | null, more: object = {}): DecodedEvent => ({
  ...{ kind: "change", op: "u", isFlattened: false, before, after, source: { lsn: 5, snapshot: "false" } },
  ...{ topic: "t", partition: 2, offset: 7, timeMs: 0, schema: "public", table: "orders", key: { id: 3 } },
  ...more,
});
const before = { id: 3, price: "9.5", status: "new", note: null, big: "9007199254740993", toast: "x" };
const after = {
  ...{ id: 3, price: "10.50", status: "paid", note: "It's 50%_off", big: "10007199254740993", paid: true },
  ...{
    float: 0.1,
    tiny: 1e-7,
    json: '{"a":1}',
    point: { x: 1, y: 2 },
    list: [1, 2],
    Mixed: "m",
    op: "column",
  },
  ...{ toast: "__debezium_unavailable_value", name: "Älva", text10: "10", text9: "9", code: "007" },
};
const matches = (where: string, of = event(before, after)) => parseWhere(where)(of);

describe("an expression", () => {
  it.each([
    ["after.price > 10 and before.status != after.status", true],
    ["op = 'd'", false],
    ["OP = 'u' or op = 'u'", true],
    ["name like 'Ä%' AND NOT id = 4", true],
    ["name like '_lva' and name not like 'a%' and name ilike 'ä%A'", true],
    ["note = 'It''s 50%_off' and note like '%50\\%\\_off'", true],
    ["before.note is null and note is not null", true],
    ["partition = 2 and offset >= 7 and key.id = 3 and source.lsn < 6 and table = 'orders'", true],
    ["after.op = 'column' and \"op\" = 'column' and \"Mixed\" = 'm'", true],
    ["id in (1, 2, 3) and status not in ('new', 'lost')", true],
    ["paid and not before.paid is not null", true],
    ["point.x = 1 and point = '{\"x\":1,\"y\":2}' and list = '[1,2]'", true],
    ["before.status is distinct from after.status and before.nothing is not distinct from null", true],
    ["id is distinct from 3 or id is not distinct from 'x'", false],
    // As in SQL `and` binds closer than `or`.
    ["id = 3 or id = 4 and id = 5", true],
    ["(id = 3 or id = 4) and id = 5", false],
    ["not (id = 4 or id = 5) and not not id = 3", true],
  ])("%s", (where, expected) => {
    expect(matches(where)).toBe(expected);
  });

  it.each([
    ["9007199254740992 < before.big and before.big < 9007199254740994", true],
    ["before.big = 9007199254740992", false],
    ["before.big < after.big", true],
    ["price = 10.5 and price = 1.05e1 and price > -10.51 and price <> 10.500001", true],
    ["float = 0.1 and float = .10 and tiny = 0.0000001", true],
    // Decimals are text, and 10.50 is more than 9.5.
    ["before.price < after.price and price > '9'", true],
    ["text10 > text9 and text10 = '10' and text10 = 10.0", true],
    ["code < text9 and code != '7' and code = 7", true],
    ["status > 10 or status < 10 or not status = 10", false],
  ])("compares numbers exactly: %s", (where, expected) => {
    expect(matches(where)).toBe(expected);
  });

  it.each([
    ["toast = 'x'"],
    ["not toast = 'x'"],
    ["before.nothing = 1 or not before.nothing = 1"],
    ["status in (nothing)"],
    ["constructor is not null or point.constructor is not null"],
    ["id"],
  ])("is not true of what is not known: %s", (where) => {
    expect(matches(where)).toBe(false);
  });

  it("is of the row before where there is none after", () => {
    expect(matches("op = 'd' and status = 'new'", event(before, null, { op: "d" }))).toBe(true);
    expect(matches("status is null", event(null, null, { kind: "tombstone" }))).toBe(true);
    expect(
      matches("kind = 'transaction' and value.status = 'END'", {
        ...event(null, null, { kind: "transaction", value: { status: "END" } }),
      }),
    ).toBe(true);
  });

  it("takes no longer for a pattern that a regular expression would choke on", () => {
    const long = event(null, { a: "a".repeat(20_000) });
    expect(matches(`a like '${"%a".repeat(50)}%b'`, long)).toBe(false);
  });
});

describe("an expression that is wrong", () => {
  it.each([
    ["after.price >", 14, "a value is expected, not the end"],
    ["", 1, "a value is expected, not the end"],
    ["ä = 'x' banana", 9, "`and`, `or` or the end is expected, not banana"],
    ["a = null", 5, "`is null` or `is not null` is expected, not null"],
    ["a = 'x", 5, "the ' has no end"],
    ["a ; b", 3, "; means nothing here"],
    ["😀 = 1", 1, "😀 means nothing here"],
    ["(a = 1", 7, "`)` is expected, not the end"],
    ["a like b", 8, "a pattern in '…' is expected, not b"],
    ["a in (1", 8, "`,` or `)` is expected, not the end"],
    ["a is 5", 6, "`null` or `distinct from` is expected, not 5"],
    ["a not = 5", 7, "`like` or `in` is expected, not ="],
    ["after. = 1", 8, "a name is expected, not ="],
    ["a = and", 5, "a value is expected, not and"],
    ["(".repeat(1_000), 201, "less nesting is expected"],
    ["not ".repeat(1_000), 801, "less nesting is expected"],
  ])("%s points at column %i", async (where, column, what) => {
    const error = await catchCdcError(() => parseWhere(where));
    expect(error).toMatchObject({ code: "USAGE", details: { column } });
    expect(error.message.startsWith(`--where, column ${column}: ${what}`)).toBe(true);
  });
});

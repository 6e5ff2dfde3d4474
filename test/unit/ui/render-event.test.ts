import { describe, expect, it } from "vitest";

import type { Change, DecodedEvent } from "../../../src/events/decode-event.js";
import { describeEvent } from "../../../src/ui/describe-event.js";
import { renderEvent } from "../../../src/ui/render-event.js";

const place = {
  topic: "debezium.shop.public.orders",
  partition: 0,
  offset: 7,
  timeMs: Date.UTC(2026, 10, 25, 4, 48, 39, 120),
  schema: "public",
  table: "orders",
  key: { id: 3 },
};
const change = (overrides: Partial<Change>): Change => ({
  ...place,
  kind: "change",
  op: "c",
  isFlattened: false,
  before: null,
  after: null,
  source: { lsn: 5 },
  ...overrides,
});
const lines = (event: DecodedEvent, columns?: number) =>
  renderEvent(event, { color: false, ...(columns === undefined ? {} : { columns }) }).split("\n");

describe("an event on a terminal", () => {
  it("of an insert has each column, in line", () => {
    expect(lines(change({ after: { id: 3, note: "two  words", paid: null } }))).toEqual([
      "2026-11-25T04:48:39.120Z + insert public.orders id=3",
      "    id    3",
      '    note  "two  words"',
      "    paid  null",
    ]);
  });

  it("of an update has what differs, where the row before is known", () => {
    const event = change({
      op: "u",
      before: { id: 3, note: "old", big: 1 },
      after: { id: 3, note: "new", big: 1 },
    });
    expect(lines(event)).toEqual([
      "2026-11-25T04:48:39.120Z ~ update public.orders id=3",
      '    note  "old" -> "new"',
    ]);
    expect(lines({ ...event, before: event.after })[1]).toBe("    no column differs");
  });

  it("of an update has the row after it, where the one before was not sent", () => {
    const event = change({ op: "u", after: { id: 3, text: "__debezium_unavailable_value" } });
    expect(lines(event).slice(1)).toEqual(["    id    3", "    text  (not sent: unchanged)"]);
  });

  it("of an update does not take for changed what was not sent", () => {
    const event = change({
      op: "u",
      before: { id: 3, text: "long", n: 1 },
      after: { id: 3, text: "__debezium_unavailable_value", n: 2 },
    });
    expect(lines(event).slice(1)).toEqual(["    n  1 -> 2"]);
  });

  it("shows what is gone in red and what is new in green", () => {
    const event = change({ op: "u", before: { n: "a" }, after: { n: "b" } });
    expect(renderEvent(event, { color: true }).split("\n")[1]).toBe(
      '    n  \u001b[31m"a"\u001b[39m -> \u001b[32m"b"\u001b[39m',
    );
  });

  it("says that a row is flattened, and no more of what happened than it tells", () => {
    const event = change({ op: null, isFlattened: true, after: { id: 3 } });
    expect(lines(event)[0]).toBe("2026-11-25T04:48:39.120Z = row public.orders id=3 (flattened)");
  });

  it("beside those of tables has what it tells", () => {
    const event = { ...place, kind: "transaction", key: null, schema: "", value: { status: "END" } } as const;
    expect(lines(event)).toEqual(["2026-11-25T04:48:39.120Z . transaction orders", '    status  "END"']);
  });

  it("of a delete has what is known beside the key", () => {
    expect(lines(change({ op: "d", before: { id: 3, note: null } }))).toEqual([
      "2026-11-25T04:48:39.120Z - delete public.orders id=3",
    ]);
    expect(lines(change({ op: "d", before: { id: 3, note: "x" } }))[1]).toBe('    note  "x"');
  });

  it.each([
    ["r", "= snapshot"],
    ["t", "! truncate"],
    ["z", "? op z"],
  ])("of op %s begins with `%s`", (op, words) => {
    expect(lines(change({ op, key: null }))[0]).toBe(`2026-11-25T04:48:39.120Z ${words} public.orders`);
  });

  it("of a tombstone is one line", () => {
    expect(lines({ ...place, kind: "tombstone" })).toEqual([
      "2026-11-25T04:48:39.120Z x tombstone public.orders id=3",
    ]);
  });

  it("that cannot be decoded says why, and where it is", () => {
    const event = {
      ...place,
      kind: "undecodable",
      key: "k",
      reason: "no JSON",
      value: Buffer.from("?"),
    } as const;
    expect(lines(event)).toEqual([
      "2026-11-25T04:48:39.120Z ? undecodable public.orders k",
      "    no JSON: debezium.shop.public.orders, partition 0, offset 7",
    ]);
  });

  it("cannot move the cursor, and keeps to the terminal's width", () => {
    const event = change({ table: "or\u001b[2Jders", after: { "i\u0007d": `\u009b2J${"x".repeat(500)}` } });
    const text = lines(event, 40).join("\n");
    // eslint-disable-next-line no-control-regex
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
    expect(Math.max(...text.split("\n").map((line) => line.length))).toBe(40);
  });
});

describe("an event as JSON", () => {
  it("has all of a change", () => {
    expect(describeEvent(change({ after: { id: 3 } }))).toEqual({
      kind: "change",
      time: "2026-11-25T04:48:39.120Z",
      schema: "public",
      table: "orders",
      key: { id: 3 },
      op: "c",
      before: null,
      after: { id: 3 },
      source: { lsn: 5 },
      topic: "debezium.shop.public.orders",
      partition: 0,
      offset: 7,
    });
  });

  it("has the bytes of what could not be decoded", () => {
    const event = { ...place, kind: "undecodable", reason: "no JSON", value: Buffer.from("?") } as const;
    expect(describeEvent(event)).toMatchObject({
      kind: "undecodable",
      reason: "no JSON",
      valueBase64: "Pw==",
    });
  });

  it("is told where the time is none that a clock shows", () => {
    expect(describeEvent({ ...place, kind: "tombstone", timeMs: 1e300 }).time).toBe("1e+300");
  });
});

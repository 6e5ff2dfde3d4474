import { expect, test } from "vitest";

import type { TopicOffsets } from "../../../src/clients/kafka/topic-offsets.js";
import { TopicPositions } from "../../../src/reconcile/cut/topic-positions.js";
import { catchCdcError } from "../../support/catch-cdc-error.js";

type Ends = Readonly<Record<string, readonly (readonly [low: number, high: number])[]>>;

const ends = (topics: Ends): ReadonlyMap<string, TopicOffsets> =>
  new Map(
    Object.entries(topics).map(([topic, partitions]) => [
      topic,
      {
        low: new Map(partitions.map(([low], partition) => [partition, low])),
        high: new Map(partitions.map(([, high], partition) => [partition, high])),
      },
    ]),
  );

const plain = (spans: ReturnType<TopicPositions["advance"]>) =>
  spans.map(({ table, topic, partition, from, to }) => [table, topic, partition, from, to]);

const orders = { topic: "orders", hasWhole: true };

test("each record is read once, also of partitions and topics that come later", () => {
  const positions = new TopicPositions([orders, { topic: "late", hasWhole: true }]);
  expect(positions.recordsUpTo(ends({ orders: [[2, 10]] }))).toBe(8);
  expect(plain(positions.advance(ends({ orders: [[2, 10]] })))).toEqual([[0, "orders", 0, 2, 10]]);
  const later = ends({
    orders: [
      [2, 10],
      [0, 3],
    ],
    late: [[0, 5]],
  });
  expect(positions.recordsUpTo(later)).toBe(8);
  expect(plain(positions.advance(later))).toEqual([
    [0, "orders", 1, 0, 3],
    [1, "late", 0, 0, 5],
  ]);
  expect(plain(positions.advance(later))).toEqual([]);
  expect(positions.cutOff.map((cut) => [...cut])).toEqual([[[0, 2]], []]);
});

test("reading may begin later; what retention takes meanwhile is taken as not read", () => {
  const positions = new TopicPositions([orders]);
  const since = new Map([["orders", new Map([[0, 6]])]]);
  expect(plain(positions.advance(ends({ orders: [[0, 10]] }), since))).toEqual([[0, "orders", 0, 6, 10]]);
  expect(plain(positions.advance(ends({ orders: [[8, 12]] }), since))).toEqual([[0, "orders", 0, 10, 12]]);
  expect(positions.cutOff.map((cut) => [...cut])).toEqual([[[0, 8]]]);
});

test("a table without a snapshot has rows that cannot be proved, also without a topic", () => {
  const positions = new TopicPositions([{ topic: "orders", hasWhole: false }]);
  expect(positions.advance(ends({}))).toEqual([]);
  expect(positions.cutOff.map((cut) => [...cut])).toEqual([[[0, 0]]]);
});

test.each([
  ["made anew", { orders: [[0, 4]] }],
  ["deleted", {}],
] as const)("a topic that was %s meanwhile ends it", async (_, then) => {
  const positions = new TopicPositions([orders]);
  positions.advance(ends({ orders: [[0, 10]] }));
  const error = await catchCdcError(() => positions.advance(ends(then)));
  expect(error.code).toBe("READING_CUT_OFF");
});

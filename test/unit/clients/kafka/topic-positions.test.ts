import { describe, expect, it } from "vitest";

import { resolvePoint } from "../../../../src/clients/kafka/topic-point.js";
import { TopicPositions } from "../../../../src/clients/kafka/topic-positions.js";

function positions(next: readonly number[]): TopicPositions {
  const made = new TopicPositions();
  made.begin("t", new Map(next.entries()));
  return made;
}
const take = (of: TopicPositions, partition: number, offset: number) =>
  of.take({ topic: "t", partition, offset });
const nextOf = (of: TopicPositions) => [...of.next()].map(({ offset }) => offset);

describe("the positions", () => {
  it("move with the records, and take none twice", () => {
    const made = positions([5, 0]);
    expect([take(made, 0, 4), take(made, 0, 5), take(made, 0, 5), take(made, 0, 9)]).toEqual([
      ...[false, true, false, true],
    ]);
    expect(nextOf(made)).toEqual([10, 0]);
    expect(take(made, 7, 0)).toBe(false);
  });

  it("have stops: what is there from them on is not taken, also where their record itself is missing", () => {
    const made = positions([0, 3]);
    expect([made.isAtStops(), made.haveStops()]).toEqual([false, false]);
    made.endAt("t", new Map([[0, 2]]));
    expect([made.isAtStops(), made.haveStops()]).toEqual([false, true]);
    expect([take(made, 0, 0), take(made, 0, 5)]).toEqual([true, false]);
    expect(made.isAtStops()).toBe(true);
  });

  const there = new Map([["t", 1]]);
  it.each([
    ["nothing", 5, { low: 0, high: 9 }, [], [5]],
    ["at the end", 9, { low: 0, high: 9 }, [], [9]],
    ["made anew", 9, { low: 2, high: 4 }, [/ends at 4, before 9: it was made anew/], [2]],
    ["cut by retention", 5, { low: 8, high: 9 }, [/begins at 8: 3 offsets were deleted/], [8]],
  ])("take notice of a partition: %s", (_what, next, end, changes, expected) => {
    const made = positions([next]);
    const seen = made.adjust(there, new Map([["t", [{ partition: 0, ...end }]]]));
    expect(seen).toEqual(changes.map((pattern) => expect.stringMatching(pattern) as string));
    expect(nextOf(made)).toEqual(expected);
  });

  it("take notice of partitions and topics that come and go", () => {
    const made = positions([5]);
    const ends = [
      { partition: 0, low: 0, high: 9 },
      { partition: 1, low: 4, high: 9 },
    ];
    expect(made.adjust(new Map([["t", 2]]), new Map([["t", ends]]))).toHaveLength(1);
    expect([made.partitionsOf("t"), nextOf(made)]).toEqual([2, [5, 4]]);
    expect(made.adjust(new Map([["t2", 2]]), new Map([["t2", ends]]))).toEqual([
      expect.stringMatching(/^t is gone/) as string,
      expect.stringMatching(/^t2 is new/) as string,
    ]);
    expect([made.topics, nextOf(made)]).toEqual([["t2"], [0, 4]]);
  });
});

describe("a point", () => {
  const ends = [
    { partition: 0, low: 5, high: 10 },
    { partition: 1, low: 0, high: 0 },
  ];
  const admin = {
    fetchTopicOffsetsByTimestamp: (_topic: string, timeMs?: number) =>
      Promise.resolve([{ partition: 0, offset: String((timeMs ?? 0) / 100) }]),
  };
  it.each([
    [{ at: "beginning" }, [5, 0], 0],
    [{ at: "end" }, [10, 0], 0],
    [{ at: "time", timeMs: 700 }, [7], 0],
    [{ at: "offset", offsetOf: () => 7 }, [7, 0], 1],
    [{ at: "offset", offsetOf: (partition: number) => (partition === 0 ? 2 : undefined) }, [5, 0], 1],
    [{ at: "offset", offsetOf: () => 99 }, [10, 0], 2],
  ] as const)("%j is at %j", async (point, offsets, notes) => {
    const resolved = await resolvePoint(admin, "t", ends, point);
    expect([...resolved.offsets.values()]).toEqual(offsets);
    expect(resolved.notes).toHaveLength(notes);
  });
});

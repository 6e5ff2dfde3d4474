import { describe, expect, it } from "vitest";

import { distributionOf } from "../../../../src/stages/verify/distribution.js";
import { readEventTimes } from "../../../../src/stages/verify/event-times.js";
import { splitLatency } from "../../../../src/stages/verify/split-latency.js";

const moments = { committedMs: 1000, debeziumMs: 1020.25, kafkaMs: 1030, seenMs: 1041.5, wholeMs: 45 };
const parts = (change: Partial<Parameters<typeof splitLatency>[0]>) => {
  const { split, clocksDiffer } = splitLatency({ ...moments, ...change });
  return [split.commitToDebeziumMs, split.debeziumToKafkaMs, split.kafkaToHereMs, clocksDiffer];
};

describe("the parts of a latency", () => {
  it.each([
    ["are told", {}, [20.3, 9.8, 11.5, false]],
    ["are 0 within the resolution of a record's time", { debeziumMs: 1030.9 }, [30.9, 0, 11.5, false]],
    ["are left out where one would be negative", { committedMs: 1025 }, [null, 9.8, 11.5, true]],
    ["are left out where one would be longer than the whole", { seenMs: 9000 }, [20.3, 9.8, null, true]],
    [
      "are unknown where the event does not tell",
      { committedMs: undefined, debeziumMs: undefined },
      [null, null, 11.5, false],
    ],
  ])("%s", (_what, change, expected) => {
    expect(parts(change)).toEqual(expected);
  });

  it("come of the event's own fields, as fine as it has them", () => {
    const times = (value: unknown) => readEventTimes(Buffer.from(JSON.stringify(value)));
    const source = { ts_ms: 5, ts_us: 5250 };
    expect(times({ op: "c", source, ts_ms: 7, ts_us: 7500 })).toEqual({ committedMs: 5.25, debeziumMs: 7.5 });
    expect(times({ op: "c", source: { ts_ms: 5 }, ts_ms: 7 })).toEqual({ committedMs: 5, debeziumMs: 7 });
    expect(times({ id: 1, __source_ts_ms: 5, __ts_ms: 7 })).toEqual({ committedMs: 5, debeziumMs: 7 });
    expect(times({ id: 1 })).toEqual({ committedMs: undefined, debeziumMs: undefined });
    expect(readEventTimes(null)).toEqual({ committedMs: undefined, debeziumMs: undefined });
  });
});

describe("a distribution", () => {
  it("has percentiles by nearest rank", () => {
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect(distributionOf(hundred)).toEqual({
      count: 100,
      minMs: 1,
      medianMs: 50.5,
      p95Ms: 95,
      p99Ms: 99,
      maxMs: 100,
    });
    expect(distributionOf([7])).toEqual({ count: 1, minMs: 7, medianMs: 7, p95Ms: 7, p99Ms: 7, maxMs: 7 });
    expect(distributionOf([])).toBeUndefined();
  });
});

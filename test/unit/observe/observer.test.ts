import { describe, expect, it } from "vitest";

import { Observer } from "../../../src/observe/observer.js";
import type { RawLook } from "../../../src/observe/raw-look.js";
import { postgresLook, rawLook, registered, slotRow } from "../../support/observations.js";

const T0 = Date.parse("2026-11-30T12:00:00Z");

function observe(...changes: Partial<RawLook>[]) {
  const observer = new Observer();
  const seen = changes.map((change, index) =>
    observer.observe(rawLook({ atMs: T0 + index * 5_000, ...change })),
  );
  const last = seen.at(-1);
  if (last === undefined) throw new Error("no look");
  return last;
}
const postgres = (...args: Parameters<typeof postgresLook>) => ({ value: postgresLook(...args) });
const topics = (...entries: [string, number, number | null][]) => ({
  value: new Map(entries.map(([topic, records, newestAtMs]) => [topic, { records, newestAtMs }])),
});

describe("lag", () => {
  it("of one look has no time, and says so", () => {
    const [database] = observe({}).databases;
    expect(database?.lag).toEqual({
      ...{ bytes: 512, atLeastMs: null, atMostMs: null },
      unknown: "one look does not tell for how long",
    });
  });

  it("of one look has what the files of WAL tell", () => {
    const files = [
      { endLsn: "0/3000000", ageMs: 60_000 },
      { endLsn: "0/4000000", ageMs: 20_000 },
    ];
    const [database] = observe({ postgres: postgres({ files, endLsn: "0/4000100" }) }).databases;
    expect(database?.lag).toMatchObject({ atLeastMs: 20_000, atMostMs: null, unknown: null });
  });

  it("grows from look to look while nothing is confirmed", () => {
    const [database] = observe(
      { postgres: postgres({ endLsn: "0/3000000", slots: [slotRow({ unconfirmedBytes: 0 })] }) },
      { postgres: postgres({ endLsn: "0/3000100" }) },
      { postgres: postgres({ endLsn: "0/3000200" }) },
    ).databases;
    expect(database?.lag).toEqual({ bytes: 512, atLeastMs: 5_000, atMostMs: 10_000, unknown: null });
  });

  it.each([
    ["PostgreSQL is away", { unknown: "no connection" }, "no connection"],
    ["the slot is gone", postgres({ slots: [] }), "PostgreSQL has no slot debezium_mykart_slot"],
    [
      "the slot is lost",
      postgres({ slots: [slotRow({ walStatus: "lost" })] }),
      "slot debezium_mykart_slot is lost",
    ],
  ])("is not known where %s", (_what, answer, unknown) => {
    expect(observe({ postgres: answer }).databases[0]?.lag).toMatchObject({ bytes: null, unknown });
  });
});

describe("events", () => {
  it("are those of the tables' topics, and what came since the look before", () => {
    const heartbeat: [string, number, number] = ["__debezium-heartbeat.debezium.mykart", 40, T0 + 4_000];
    const [database] = observe(
      { topics: topics(["debezium.mykart.public.a", 10, T0], heartbeat) },
      {
        topics: topics(
          ["debezium.mykart.public.a", 60, T0 + 1_000],
          ["debezium.mykart.public.b", 0, null],
          heartbeat,
        ),
      },
    ).databases;
    expect(database).toMatchObject({
      ...{ events: 60, eventsPerSecond: 10, lastHeartbeatAt: "2026-11-30T12:00:04.000Z" },
      lastEvent: { topic: "debezium.mykart.public.a", at: "2026-11-30T12:00:01.000Z", agoMs: 4_000 },
    });
  });

  it("go to the database with the longest prefix that fits", () => {
    const connectors = { value: [registered("shop"), registered("shop.eu")] };
    const { databases } = observe({
      connectors,
      topics: topics(["debezium.shop.public.a", 1, T0], ["debezium.shop.eu.public.a", 2, T0]),
    });
    expect(databases.map(({ name, events }) => [name, events])).toEqual([
      ["shop", 1],
      ["shop.eu", 2],
    ]);
  });

  it("that became fewer are no rate: a topic was deleted", () => {
    const one = (count: number) => ({ topics: topics(["debezium.mykart.public.a", count, T0]) });
    expect(observe(one(10), one(3)).databases[0]?.eventsPerSecond).toBeNull();
  });
});

describe("problems", () => {
  it("are none where all is well", () => {
    expect(observe({}, {}).problems).toEqual([]);
  });

  it.each<[string, Partial<RawLook>, string, string | null]>([
    [
      "a task failed",
      {
        connectors: {
          value: [registered("mykart", { task: "FAILED", trace: "Caused by: denied for user x" })],
        },
      },
      "mykart-connector: task 0 FAILED: denied for user x",
      "cdc-pipeline connectors restart mykart-connector",
    ],
    [
      "a connector is paused",
      { connectors: { value: [registered("mykart", { connector: "PAUSED", task: "PAUSED" })] } },
      "mykart-connector: connector PAUSED",
      "cdc-pipeline connectors resume mykart-connector",
    ],
    [
      "a slot is lost",
      { postgres: postgres({ slots: [slotRow({ walStatus: "lost" })] }) },
      "slot debezium_mykart_slot is lost: changes are missing",
      "cdc-pipeline doctor mykart",
    ],
    [
      "a server is down",
      { servers: [{ server: "kafka", state: "stopped", version: "", address: "" }] },
      "kafka is stopped",
      "cdc-pipeline deploy",
    ],
    ["Kafka does not tell", { topics: { unknown: "too old" } }, "events are not known: too old", null],
  ])("are told where %s", (_what, change, what, next) => {
    expect(observe(change).problems).toEqual([expect.objectContaining({ severity: "error", what, next })]);
  });

  it("are worse the sooner it ends: a slot that nobody reads", () => {
    const grown = (kept: number, safeBytes: number) => ({
      postgres: postgres({ slots: [slotRow({ active: false, retainedBytes: kept, safeBytes })] }),
    });
    const [soon] = observe(grown(1_000, 1e6), grown(51_000, 1e6)).problems;
    expect(soon).toMatchObject({
      severity: "error",
      what: expect.stringContaining("it is lost in 1 min 40 s"),
    });
    const [later] = observe(grown(1_000, 1e8), grown(51_000, 1e8)).problems;
    expect(later).toMatchObject({
      severity: "warning",
      what: expect.stringContaining("it is lost in 2 h 46 min"),
    });
    const [calm] = observe(grown(1_000, 1e6), grown(1_000, 1e6)).problems;
    expect(calm).toMatchObject({
      severity: "warning",
      what: "nobody reads slot debezium_mykart_slot: 1000 B kept",
    });
  });
});

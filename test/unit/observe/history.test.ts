import { describe, expect, it } from "vitest";

import { History } from "../../../src/observe/history.js";
import { observation } from "../../support/observations.js";

const at = (second: number) => new Date(second * 1_000).toISOString();

describe("what charts show", () => {
  it("is bounded, and keeps the newest", () => {
    const history = new History();
    for (let look = 1; look <= 1_000; look += 1) history.add(observation({ time: at(look) }));
    const samples = history.of("mykart-connector");
    expect(samples).toHaveLength(720);
    expect(samples.at(-1)).toMatchObject({ atMs: 1_000_000, lagBytes: 512, retainedBytes: 16 * 1024 ** 2 });
    expect(history.since(999_000)["mykart-connector"]).toHaveLength(1);
  });

  it("goes with its connector, but not where Kafka Connect did not answer", () => {
    const history = new History();
    history.add(observation());
    history.add(observation({ databases: [], unknown: { connectors: "no answer" } }));
    expect(history.of("mykart-connector")).toHaveLength(1);
    history.add(observation({ databases: [] }));
    expect(history.of("mykart-connector")).toEqual([]);
  });
});

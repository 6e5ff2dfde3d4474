import { describe, expect, it } from "vitest";

import { leaveOutPartitions } from "../../../../src/stages/register/leave-out-partitions.js";

const WANTED = { "tasks.max": "1" };
const find = (...names: string[]) => {
  let asked = 0;
  return { ask: () => Promise.resolve((asked++, names)), times: () => asked };
};

describe("partitions and the snapshot", () => {
  it("are left out of a new connector, each by its exact name", async () => {
    const { ask } = find("public.p_2025", "s x.a,b");
    expect(await leaveOutPartitions(WANTED, undefined, ask)).toEqual({
      ...WANTED,
      "table.exclude.list": String.raw`public\.p_2025,s x\.a\x2Cb`,
      "cdc.pipeline.partitions": expect.stringMatching(/^[0-9a-f]{16}$/) as string,
    });
  });

  it("change nothing where there are none", async () => {
    expect(await leaveOutPartitions(WANTED, undefined, find().ask)).toEqual(WANTED);
  });

  it("that came later do not make a connector start again, and are not even asked for", async () => {
    const later = find("public.p_2026");
    const made = await leaveOutPartitions(WANTED, undefined, find("public.p_2025").ask);
    expect(await leaveOutPartitions(WANTED, made, later.ask)).toEqual(made);
    expect(await leaveOutPartitions(WANTED, WANTED, later.ask)).toEqual(WANTED);
    expect(later.times()).toBe(0);
  });

  it("do not keep what somebody else left out", async () => {
    const made = await leaveOutPartitions(WANTED, undefined, find("public.p_2025").ask);
    const changed = { ...made, "table.exclude.list": "cdc_pipeline.probe" };
    expect(await leaveOutPartitions(WANTED, changed, find().ask)).toEqual(WANTED);
    const byHand = { ...WANTED, "table.exclude.list": "cdc_pipeline.probe" };
    expect(await leaveOutPartitions(WANTED, byHand, find().ask)).toEqual(WANTED);
  });

  it.each(["table.exclude.list", "table.include.list", "snapshot.include.collection.list"])(
    "are a template's own matter where it has %s",
    async (key) => {
      const own = { ...WANTED, [key]: "public\\.orders" };
      expect(await leaveOutPartitions(own, undefined, find("public.p").ask)).toEqual(own);
    },
  );
});

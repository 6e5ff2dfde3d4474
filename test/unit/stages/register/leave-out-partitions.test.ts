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
    });
  });

  it("change nothing where there are none", async () => {
    expect(await leaveOutPartitions(WANTED, undefined, find().ask)).toEqual(WANTED);
  });

  it("that came later do not make a connector start again, and are not even asked for", async () => {
    const later = find("public.p_2026");
    const kept = { ...WANTED, "table.exclude.list": "public\\.p_2025" };
    expect(await leaveOutPartitions(WANTED, kept, later.ask)).toEqual(kept);
    expect(await leaveOutPartitions(WANTED, { "tasks.max": "1" }, later.ask)).toEqual(WANTED);
    expect(later.times()).toBe(0);
  });

  it.each(["table.exclude.list", "table.include.list", "snapshot.include.collection.list"])(
    "are a template's own matter where it has %s",
    async (key) => {
      const own = { ...WANTED, [key]: "public\\.orders" };
      expect(await leaveOutPartitions(own, undefined, find("public.p").ask)).toEqual(own);
    },
  );
});

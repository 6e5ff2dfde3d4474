import { describe, expect, it } from "vitest";

import type { TableReconciliation } from "../../../src/reconcile/reconciliation.js";
import { judgeKeys, judgeTable } from "../../soak/judge.js";

describe("the keys of a soak", () => {
  it.each<[string, readonly number[], string | undefined]>([
    ["are all there, some of them twice", [3, 1, 2, 2], undefined],
    ["lack one", [1, 3], "1 missing, as 2"],
    ["hold one that was rolled back", [1, 2, 3, -1], "1 never committed, as -1"],
    ["hold one that nobody wrote, and lack two", [4, 1], "2 missing, as 2; 1 never committed, as 4"],
  ])("%s", (_what, found, problem) => {
    expect(judgeKeys(found, 3)).toBe(problem);
  });
});

describe("what reconcile found in a soak", () => {
  const table = {
    table: "public.items",
    ...{ lost: 0, extra: 0, different: 0, unproved: 0, undecodable: 0, noTombstone: 0, foreign: 0 },
    duplicates: 7,
  } as TableReconciliation;

  it.each<[Partial<TableReconciliation>, string | undefined]>([
    [{}, undefined],
    [{ lost: 2, unproved: 1 }, "public.items: 2 lost, 1 unproved"],
    [{ noTombstone: 1 }, "public.items: 1 noTombstone"],
  ])("%j", (found, problem) => {
    expect(judgeTable({ ...table, ...found })).toBe(problem);
  });
});

import { describe, expect, it } from "vitest";

import { endOf, growthOf, type SlotSample } from "../../../src/observe/slot-outlook.js";

const samples = (active: boolean, everyMs: number, kept: readonly number[]): SlotSample[] =>
  kept.map((retainedBytes, index) => ({ atMs: index * everyMs, active, retainedBytes }));

describe("how fast what is kept for a slot grows", () => {
  it.each<[string, SlotSample[], number | null]>([
    ["one look", samples(false, 1_000, [5]), null],
    ["nobody reads it", samples(false, 1_000, [100, 200]), 100],
    ["it is read, and has not been watched for long", samples(true, 1_000, [100, 200, 300]), null],
    ["the saw of a reader that confirms", samples(true, 30_000, [0, 900, 0, 900, 0, 900]), 0],
    ["a reader that falls behind all the same", samples(true, 60_000, [0, 900, 600, 1_500]), 5],
    ["a reader that catches up", samples(true, 60_000, [900, 600, 300, 0]), -5],
  ])("%s", (_what, seen, expected) => {
    expect(growthOf(seen)).toBe(expected);
  });
});

describe("where a slot is heading", () => {
  it.each([
    ["unknown growth", endOf(null, 1_000, 1_000), { lostInMs: null, diskFullInMs: null }],
    ["no growth", endOf(0, 1_000, 1_000), { lostInMs: null, diskFullInMs: null }],
    ["its limit comes first", endOf(100, 1_000, 5_000), { lostInMs: 10_000, diskFullInMs: null }],
    ["the disk comes first", endOf(100, 5_000, 1_000), { lostInMs: null, diskFullInMs: 10_000 }],
    ["no limit, and the disk is not known", endOf(100, null, null), { lostInMs: null, diskFullInMs: null }],
    ["its limit is years away", endOf(1, 2 ** 32, null), { lostInMs: null, diskFullInMs: null }],
    ["beyond its limit", endOf(100, -5, null), { lostInMs: 0, diskFullInMs: null }],
  ])("%s", (_what, found, expected) => {
    expect(found).toEqual(expected);
  });
});

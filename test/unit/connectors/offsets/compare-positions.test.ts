import { describe, expect, it } from "vitest";

import { comparePositions } from "../../../../src/connectors/offsets/compare-positions.js";
import { parseLsn } from "../../../../src/lsn.js";

const END = "0/3000000";
const stored = (lsn: string, isSnapshot = false) => ({ lsn: parseLsn(lsn), isSnapshot });
const slot = (confirmedLsn: string | null, walStatus = "reserved") => ({ confirmedLsn, walStatus });

describe("a stored offset and its slot", () => {
  it.each([
    ["equal", stored("0/2000000"), slot("0/2000000"), false],
    ["slot behind", stored("0/2000000"), slot("0/1000000"), false],
    ["slot behind", stored("0/2000000"), slot(null), false],
    ["slot ahead", stored("0/1000000"), slot("0/1000001"), true],
    ["slot missing", stored("0/1000000"), undefined, true],
    ["slot lost", stored("0/1000000"), slot("0/1000000", "lost"), true],
    ["snapshot not finished", stored("0/1000000", true), slot("0/2000000"), false],
    ["nothing stored", null, slot("0/1000000"), false],
    ["nothing stored", null, undefined, false],
    // Two looks, a moment apart: a busy server has written since.
    ["slot behind", stored("0/3000001"), slot("0/1000000"), false],
    ["offset ahead of server", stored("0/8000000"), slot("0/1000000"), true],
  ] as const)("are %s", (agreement, position, found, isLoss) => {
    expect(comparePositions(position, found, END)).toMatchObject({ agreement, isLoss });
  });

  it("say how much is lost", () => {
    expect(comparePositions(stored("0/1000000"), slot("0/1100000"), END).meaning).toBe(
      "The slot is ahead of the offset by 1.0 MiB of WAL: the changes in between are lost to this connector.",
    );
  });
});

import { describe, expect, it } from "vitest";

import { type CaptureAfter, captureConsequences } from "../../../src/recovery/consequences.js";

const capture = (outcome: CaptureAfter["outcome"], storedLsn: bigint | null): CaptureAfter => ({
  connector: "shop-connector",
  database: "shop",
  topicPrefix: "debezium.shop",
  state: "STOPPED",
  storedLsn,
  outcome,
});

describe("what a restore in place means for capture", () => {
  it("is nothing where nothing captured the server", () => {
    expect(captureConsequences([], "0/3000000")).toEqual([
      "Nothing captured this server, so nothing has to be done for capture.",
    ]);
  });

  it("is a connector that must not go on as it is, and the command that begins anew", () => {
    const text = captureConsequences([capture("stopped", 0x5000000n)], "0/3000000").join("\n");
    expect(text).toContain("The replication slots are gone");
    expect(text).toContain("changes from 0/3000000 to 0/5000000 that no longer exist");
    expect(text).toContain("Do not resume it as it is");
    expect(text).toContain("cdc-pipeline recapture shop");
  });

  it("is every row once more, where capture has begun anew", () => {
    const text = captureConsequences([capture("recaptured", null)], "0/3000000").join("\n");
    expect(text).toContain("consumers see every row again, as op r");
    expect(text).not.toContain("no longer exist");
  });

  it("is nothing undone for those who had not read as far as the restore went back", () => {
    expect(captureConsequences([capture("stopped", 0x3000000n)], "0/3000000").join("\n")).not.toContain(
      "no longer exist",
    );
  });

  it("is a connector without a database, where that was made later", () => {
    const text = captureConsequences([capture("database gone", null)], "0/3000000").join("\n");
    expect(text).toContain("shop: it did not exist then; shop-connector stays stopped.");
    expect(text).not.toContain("recapture");
  });
});

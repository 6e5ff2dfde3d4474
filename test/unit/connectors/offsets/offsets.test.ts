import { describe, expect, it } from "vitest";

import { describeOffsets } from "../../../../src/connectors/offsets/describe-offsets.js";
import { parseOffsets } from "../../../../src/connectors/offsets/parse-offsets.js";
import { planOffsets, requireStopped } from "../../../../src/connectors/offsets/plan-offsets.js";
import { catchCdcError } from "../../../support/catch-cdc-error.js";

const partition = { server: "debezium.shop" };
const stored = { partition, offset: { lsn: 23_803_720, txId: 7 } };
const failure = (text: string) =>
  catchCdcError(() => Promise.resolve(parseOffsets(text, "shop-connector", "offsets.json")));

describe("a file of offsets", () => {
  it("is what Kafka Connect answers, or the document of `connectors offsets --json`", () => {
    expect(parseOffsets(JSON.stringify({ offsets: [stored] }), "any", "x")).toEqual([stored]);
    const document = {
      ok: true,
      connectors: [{ name: "shop-connector", offsets: [stored], postgres: null }],
    };
    expect(parseOffsets(JSON.stringify(document), "shop-connector", "x")).toEqual([stored]);
  });

  it("keeps numbers that JavaScript would round", () => {
    const text = '{"offsets":[{"partition":{},"offset":{"lsn":9223372036854775807}}]}';
    expect(parseOffsets(text, "a", "x")[0]?.offset).toEqual({ lsn: "9223372036854775807" });
  });

  it.each([
    ["{ nonsense", /^offsets\.json cannot be used as offsets: it is no JSON: /],
    ['"text"', /a text in quotes/],
    ["[]", /an object is expected/],
    ["{}", /it has no offsets and no connectors$/],
    ['{"offsets": [{"partition": 1}]}', /: offsets\.0\.partition: /],
    ['{"connectors":[{"name":"mall","offsets":[]}]}', /no offsets of shop-connector, only of mall/],
    ['{"connectors":[]}', /no offsets of shop-connector$/],
  ])("is refused where it is something else: %s", async (text, message) => {
    const error = await failure(text);
    expect(error.code).toBe("USAGE");
    expect(error.message).toMatch(message);
    expect(error.hint).toContain("connectors offsets NAME --json");
  });
});

describe("a change of offsets", () => {
  it("is only what differs", () => {
    expect(planOffsets([stored], [stored])).toEqual([]);
    const after = { lsn: 1 };
    expect(planOffsets([stored], [{ partition, offset: after }])).toEqual([
      { partition, before: stored.offset, after },
    ]);
    const other = { partition: { server: "other" }, offset: after };
    expect(planOffsets([stored], [other])).toEqual([{ partition: other.partition, before: null, after }]);
  });

  it("takes all of them away without a wish", () => {
    expect(planOffsets([stored], undefined)).toEqual([{ partition, before: stored.offset, after: null }]);
    expect(planOffsets([], undefined)).toEqual([]);
  });

  it("needs connectors that are STOPPED", async () => {
    const named = (name: string, state: string) => ({
      name,
      status: { name, connector: { state, worker_id: "w" }, tasks: [] },
    });
    requireStopped([named("a", "STOPPED")]);
    const some = [named("a", "STOPPED"), named("b", "PAUSED"), named("-c", "RUNNING")];
    const error = await catchCdcError(async () => {
      await Promise.resolve();
      requireStopped(some);
    });
    expect(error).toMatchObject({
      code: "CONNECTOR_NOT_STOPPED",
      message: "offsets can be changed only of connectors that are STOPPED: b is PAUSED, -c is RUNNING",
      hint: "cdc-pipeline connectors stop -- b -c; then again",
    });
  });
});

describe("an offset, shown", () => {
  it("is an LSN where Debezium has stored one, else as it is", () => {
    expect(
      describeOffsets([
        stored,
        { partition, offset: { lsn: 16, snapshot: true } },
        { partition: { cluster: "a", partition: 0 }, offset: { offset: 5 } },
        { partition: { a: 1 }, offset: null },
      ]),
    ).toEqual([
      "server=debezium.shop: lsn 0/16B3748",
      "server=debezium.shop: lsn 0/10, in a snapshot",
      "cluster=a, partition=0: offset=5",
      "a=1: nothing",
    ]);
  });
});

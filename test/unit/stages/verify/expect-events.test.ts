import { describe, expect, it } from "vitest";

import type { ConnectorConfig } from "../../../../src/clients/connect/connect-client.js";
import { expectEvents, type PublishedOps } from "../../../../src/stages/verify/expect-events.js";
import type { ProbeOp } from "../../../../src/stages/verify/probe.js";

const ALL: readonly ProbeOp[] = ["c", "u", "d", "t"];
const published: PublishedOps = { c: true, u: true, d: true, t: true };
const unwrap = {
  transforms: "a, unwrap",
  "transforms.unwrap.type": "io.debezium.transforms.ExtractNewRecordState",
};

function expected(config: ConnectorConfig, publication: PublishedOps | undefined = published): string {
  return expectEvents({ ops: ALL, required: [] }, config, publication).ops.join("");
}

describe("the changes that become events", () => {
  it.each<[string, ConnectorConfig, string]>([
    ["all but the truncate, by Debezium's default", {}, "cud"],
    ["all of them", { "skipped.operations": "none" }, "cudt"],
    ["those not skipped", { "skipped.operations": "u, d" }, "ct"],
    ["no truncate where events are flattened", { ...unwrap, "skipped.operations": "none" }, "cud"],
    [
      "deletes that are rewritten",
      { ...unwrap, "transforms.unwrap.delete.tombstone.handling.mode": "rewrite" },
      "cud",
    ],
    [
      "no deletes that are dropped",
      { ...unwrap, "transforms.unwrap.delete.tombstone.handling.mode": "drop" },
      "cu",
    ],
    [
      "no deletes by the older options",
      { ...unwrap, "transforms.unwrap.delete.handling.mode": "drop" },
      "cu",
    ],
    [
      "deletes as tombstones by the older options",
      {
        ...unwrap,
        "transforms.unwrap.delete.handling.mode": "drop",
        "transforms.unwrap.drop.tombstones": "false",
      },
      "cud",
    ],
    [
      "what a transform for some topics may leave",
      {
        ...unwrap,
        "transforms.unwrap.delete.tombstone.handling.mode": "drop",
        "transforms.unwrap.predicate": "p",
      },
      "cud",
    ],
  ])("are %s", (_what, config, ops) => {
    expect(expected(config)).toBe(ops);
  });

  it("are those that are published", () => {
    expect(expected({}, { ...published, u: false })).toBe("cd");
    expect(expectEvents({ ops: ALL, required: [] }, {}, undefined).ops).toEqual(["c", "u", "d"]);
  });

  it.each<[ProbeOp, ConnectorConfig, PublishedOps, RegExp]>([
    [
      "t",
      {},
      published,
      /^truncate becomes no event: the connector's skipped.operations is t, which is Debezium's default/,
    ],
    ["c", {}, { ...published, c: false }, /^insert becomes no event: the publication dbz_publication/],
    ["t", { ...unwrap, "skipped.operations": "none" }, published, /flattens events, and drops truncates/],
  ])("must have %s where it was asked for", (op, config, publication, message) => {
    expect(() => expectEvents({ ops: ALL, required: [op] }, config, publication)).toThrow(message);
  });

  it.each([
    [{}, false],
    [unwrap, false],
    [{ "transforms.r.type": "org.apache.kafka.connect.transforms.RegexRouter" }, false],
    [{ "transforms.m.type": "org.apache.kafka.connect.transforms.MaskField$Value" }, true],
    [{ "column.mask.with.10.chars": "public.t.c" }, true],
  ])("may have other values than the row: %j", (config, hasOtherValues) => {
    expect(expectEvents({ ops: ALL, required: [] }, config as ConnectorConfig, published)).toMatchObject({
      hasOtherValues,
    });
  });
});

import { describe, expect, it } from "vitest";

import { readStoredPosition } from "../../../src/doctor/facts/stored-position.js";

const of = (offset: Readonly<Record<string, unknown>> | null, server = "debezium.shop") => [
  { partition: { server }, offset },
];
const read = (offset: Readonly<Record<string, unknown>> | null) =>
  readStoredPosition(of(offset), "debezium.shop");

describe("a connector's stored position", () => {
  it("is the greatest of its LSNs: transactions overlap, and a row may lie before the last commit", () => {
    expect(read({ lsn: 100, lsn_proc: 100, lsn_commit: 200 })).toEqual({ lsn: 200n, isSnapshot: false });
    expect(read({ lsn: 300, lsn_proc: 300, lsn_commit: 200 })?.lsn).toBe(300n);
  });

  it("is exact beyond what a number holds", () => {
    expect(read({ lsn: "9223372036854775807" })?.lsn).toBe(9_223_372_036_854_775_807n);
  });

  it("tells of a snapshot that is not finished", () => {
    expect(read({ lsn: 1, snapshot: "INITIAL", snapshot_completed: false })?.isSnapshot).toBe(true);
    expect(read({ lsn: 1, snapshot: "INITIAL", snapshot_completed: true })?.isSnapshot).toBe(false);
  });

  it("is nothing where nothing is stored, or only under a prefix from before", () => {
    expect(readStoredPosition([], "debezium.shop")).toBeNull();
    expect(read(null)).toBeNull();
    expect(read({ lsn: "no number" })).toBeNull();
    expect(readStoredPosition(of({ lsn: 1 }, "before"), "debezium.shop")).toBeNull();
  });
});

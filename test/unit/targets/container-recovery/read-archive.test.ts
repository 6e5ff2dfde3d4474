import { describe, expect, it } from "vitest";

import { parseArchive } from "../../../../src/targets/container-recovery/read-archive.js";

const lines = (...some: string[]) => ["begin", ...some, "end", ""].join("\n");

describe("the list of an archive in a container", () => {
  it("becomes the facts that backups and recovery are decided by", () => {
    const text = Buffer.from("LABEL: one\n").toString("base64");
    const facts = parseArchive(
      lines(
        "wal\t16777216\t1764064800.5000000000\t000000010000000000000002",
        "wal\t340\t1764064799.0000000000\t000000010000000000000001.00000028.backup",
        "backup\t4200000\t15\t20261125T100000.000Z",
        `text\t${text}\t000000010000000000000001.00000028.backup`,
      ),
    );
    expect(facts.wal).toEqual([
      {
        name: "000000010000000000000001.00000028.backup",
        sizeBytes: 340,
        archivedAtMs: 1_764_064_799_000,
      },
      { name: "000000010000000000000002", sizeBytes: 16_777_216, archivedAtMs: 1_764_064_800_500 },
    ]);
    expect(facts.backups).toEqual([{ id: "20261125T100000.000Z", sizeBytes: 4_200_000, postgresMajor: 15 }]);
    expect([...facts.texts]).toEqual([["000000010000000000000001.00000028.backup", "LABEL: one\n"]]);
  });

  it("may be of an archive with nothing in it", () => {
    expect(parseArchive(lines())).toEqual({ wal: [], backups: [], texts: new Map() });
  });

  it("that was cut off is not taken for a whole one, of which WAL would be missing", () => {
    expect(() => parseArchive("begin\nwal\t16777216\t1764064800.5\t000000010000000000000002\n")).toThrow(
      "not whole",
    );
  });
});

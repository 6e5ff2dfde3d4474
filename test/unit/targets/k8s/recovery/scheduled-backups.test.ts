import { mkdir, mkdtemp, readdir, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { execa } from "execa";
import { describe, expect, it } from "vitest";

import type { ArchiveFacts } from "../../../../../src/recovery/archive-facts.js";
import { planPrune } from "../../../../../src/recovery/plan-prune.js";
import { PRUNE_OLD } from "../../../../../src/targets/k8s/recovery/scheduled-backups.js";
import { BEGIN_MS, madeUpArchive } from "../../../../support/archive-facts.js";

const one = { id: "20261123T1", segments: [2, 2], endedAtS: 120 } as const;
const two = { id: "20261123T2", segments: [4, 5], endedAtS: 240 } as const;
const three = { id: "20261123T3", segments: [6, 6], endedAtS: 360 } as const;
const four = { id: "20261123T4", timeline: 2, segments: [7, 8], endedAtS: 480 } as const;
const first = [1, 2, 3, 4, 5, 6, 7];

/** By what makes them special. */
const ARCHIVES: Readonly<Record<string, ArchiveFacts>> = {
  "all of them can be restored": madeUpArchive({ backups: [one, two, three], wal: { 1: first } }),
  "a WAL file in the middle of one is missing": madeUpArchive({
    backups: [one, { ...two, segments: [4, 6] }, three],
    wal: { 1: [1, 2, 3, 4, 6, 7] },
  }),
  "the newest has no record of its end": madeUpArchive({
    backups: [one, two, { ...three, isRecorded: false }],
    wal: { 1: first },
  }),
  "none can be restored": madeUpArchive({ backups: [{ ...one, isRecorded: false }], wal: { 1: first } }),
  "there are none": madeUpArchive({ wal: { 1: first } }),
  "the newest is on a later timeline": madeUpArchive({
    backups: [one, three, four],
    wal: { 1: first, 2: [6, 7, 8, 9] },
    histories: { 2: "1\t0/6000500\tbefore 2026-11-23\n" },
  }),
  "they are at the end of a range of names": madeUpArchive({
    backups: [one, { ...two, segments: [254, 257] }],
    wal: { 1: [2, 253, 254, 255, 256, 257, 258] },
  }),
};

/** How many stay, and for how many seconds after the begin of the archive's time a backup is old. */
const RETENTIONS = [1, 2, 3, 9].flatMap((keep) => [undefined, 180, 300].map((oldAtS) => ({ keep, oldAtS })));

const CASES = Object.keys(ARCHIVES).flatMap((name) =>
  RETENTIONS.map(({ keep, oldAtS }) => ({ name, keep, oldAtS })),
);

async function writeArchive(folder: string, { wal, backups, texts }: ArchiveFacts): Promise<void> {
  await mkdir(join(folder, "wal"));
  for (const { name, sizeBytes } of wal) {
    await writeFile(join(folder, "wal", name), texts.get(name) ?? "");
    // Without a block on the disk.
    if (!texts.has(name)) await truncate(join(folder, "wal", name), sizeBytes);
  }
  for (const { id, postgresMajor } of backups) {
    await mkdir(join(folder, "backups", id), { recursive: true });
    await writeFile(join(folder, "backups", id, "PG_VERSION"), `${postgresMajor}\n`);
  }
}

const list = (folder: string) => readdir(folder).catch(() => []);

describe("the job of scheduled backups removes what `backup prune` would", () => {
  it.each(CASES)("where $name, of $keep to keep and old before $oldAtS s", async ({ name, keep, oldAtS }) => {
    const facts = ARCHIVES[name] ?? madeUpArchive({ wal: {} });
    const nowMs = Date.now();
    // Half a minute from every backup's end, so that the time that passes meanwhile is nothing.
    const youngS = oldAtS === undefined ? 0 : Math.floor((nowMs - BEGIN_MS) / 1000) - oldAtS;
    const plan = planPrune(facts, { keep, olderThanMs: youngS * 1000 }, nowMs);
    const folder = await mkdtemp(join(tmpdir(), "cdc-pipeline-prune-"));
    try {
      await writeArchive(folder, facts);
      await execa("bash", ["-c", PRUNE_OLD, "prune", "5", String(keep), String(youngS), folder]);
      const gone = new Set([...plan.wal, ...plan.backups]);
      const stays = (names: readonly string[]) => names.filter((one) => !gone.has(one)).sort();
      expect((await list(join(folder, "wal"))).sort()).toEqual(stays(facts.wal.map((file) => file.name)));
      expect((await list(join(folder, "backups"))).sort()).toEqual(stays(facts.backups.map(({ id }) => id)));
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("is asked of cases in which something goes, and of some in which nothing does", () => {
    const freed = CASES.map(({ name, keep }) => {
      const facts = ARCHIVES[name] ?? madeUpArchive({ wal: {} });
      return planPrune(facts, { keep }, Date.now()).backups.length;
    });
    expect(Math.max(...freed)).toBeGreaterThan(1);
    expect(Math.min(...freed)).toBe(0);
  });
});

import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";

import { notYet, ready } from "../../../src/wait/wait-until.js";
import { CapturedServer } from "../../support/captured-server.js";
import { passes, trips } from "../../support/check-fixtures.js";
import { expectPassed, expectTripped, sqlOf } from "../../support/diagnose.js";
import { until } from "../../support/until.js";

let shop: CapturedServer;
beforeAll(async () => {
  shop = await CapturedServer.start();
});
afterEach(() => shop.resetSettings());
afterAll(() => shop[Symbol.asyncDispose]());

describe("what is kept for slots", () => {
  trips("SLOT_RETENTION_UNLIMITED", "no limit, as PostgreSQL comes", async () => {
    const expected = { severity: "warning", object: "max_slot_wal_keep_size" };
    expectTripped(await shop.diagnoseServer(), "SLOT_RETENTION_UNLIMITED", expected);
  });
  passes("SLOT_RETENTION_UNLIMITED", "a limit of 20 GB", async () => {
    await shop.setSettings({ max_slot_wal_keep_size: "20GB" });
    expectPassed(await shop.diagnoseServer(), "SLOT_RETENTION_UNLIMITED");
  });

  trips("SLOT_RETENTION_SMALL", "a limit of 100 MB", async () => {
    await shop.setSettings({ max_slot_wal_keep_size: "100MB" });
    const finding = expectTripped(await shop.diagnoseServer(), "SLOT_RETENTION_SMALL");
    expect(finding).toMatchObject({ severity: "warning", object: "max_slot_wal_keep_size" });
    expect(finding.seen).toMatch(/^max_slot_wal_keep_size = 100\.0 MiB/);
  });
  passes("SLOT_RETENTION_SMALL", "a limit of 20 GB", async () => {
    await shop.setSettings({ max_slot_wal_keep_size: "20GB" });
    expectPassed(await shop.diagnoseServer(), "SLOT_RETENTION_SMALL");
  });

  trips("SLOT_RETENTION_OVER_DISK", "a limit beyond any disk", async () => {
    await shop.setSettings({ max_slot_wal_keep_size: "1000TB" });
    const finding = expectTripped(await shop.diagnoseServer(), "SLOT_RETENTION_OVER_DISK");
    expect(finding.seen).toMatch(
      /^max_slot_wal_keep_size = 1000\.0 TiB, and pg_wal has room for [\d.]+ .iB$/,
    );
    const [alter = ""] = sqlOf(finding).split(";");
    await shop.sql(alter);
    await shop.server.reload();
    expectPassed(await shop.diagnoseServer(), "SLOT_RETENTION_OVER_DISK");
  });
  passes("SLOT_RETENTION_OVER_DISK", "a limit of 200 MB", async () => {
    await shop.setSettings({ max_slot_wal_keep_size: "200MB" });
    expectPassed(await shop.diagnoseServer(), "SLOT_RETENTION_OVER_DISK");
  });

  trips("SLOT_IDLE_TIMEOUT_SHORT", "PostgreSQL 18 invalidates after an hour", async () => {
    await using newest = await CapturedServer.start({ version: 18 });
    await newest.setSettings({ idle_replication_slot_timeout: "1h" });
    const seen = "idle_replication_slot_timeout = 1 h 0 min";
    expectTripped(await newest.diagnoseServer(), "SLOT_IDLE_TIMEOUT_SHORT", { severity: "warning", seen });
  });
  passes("SLOT_IDLE_TIMEOUT_SHORT", "none is set", async () => {
    expectPassed(await shop.diagnoseServer(), "SLOT_IDLE_TIMEOUT_SHORT");
  });

  trips("WAL_SENDER_TIMEOUT_SHORT", "five seconds", async () => {
    await shop.setSettings({ wal_sender_timeout: "5s" });
    const seen = "wal_sender_timeout = 5.0 s";
    expectTripped(await shop.diagnoseServer(), "WAL_SENDER_TIMEOUT_SHORT", { severity: "warning", seen });
  });
  trips("WAL_SENDER_TIMEOUT_SHORT", "none: a dead reader would hold its slot", async () => {
    await shop.setSettings({ wal_sender_timeout: "0" });
    expectTripped(await shop.diagnoseServer(), "WAL_SENDER_TIMEOUT_SHORT");
  });
  passes("WAL_SENDER_TIMEOUT_SHORT", "a minute, as PostgreSQL comes", async () => {
    expectPassed(await shop.diagnoseServer(), "WAL_SENDER_TIMEOUT_SHORT");
  });
});

describe("the disk", () => {
  // 100 MB in about a second is a rate that fills any disk within a day.
  const writeFast = async () => {
    await shop.sql("SELECT pg_stat_reset_shared('wal')");
    await shop.writeWal(100);
    await until("the statistics to tell of it", async () => {
      const [row] = await shop.sql("SELECT wal_bytes > 100000000 AS told FROM pg_stat_wal");
      return row?.told === true ? ready(undefined) : notYet("they do not");
    });
  };

  trips("WAL_DISK_FULL_SOON", "WAL is written faster than the disk has room for", async () => {
    await writeFast();
    const finding = expectTripped(await shop.diagnoseServer(), "WAL_DISK_FULL_SOON", { object: "pg_wal" });
    expect(finding.seen).toMatch(
      /^pg_wal has [\d.]+ MiB, [\d.]+ .iB are free: full in .* if a slot stands still$/,
    );
  });
  passes("WAL_DISK_FULL_SOON", "as fast, but slots may keep no more than fits", async () => {
    await shop.setSettings({ max_slot_wal_keep_size: "200MB" });
    await writeFast();
    expectPassed(await shop.diagnoseServer(), "WAL_DISK_FULL_SOON");
  });
});

it("does not call a disk big enough that it knows nothing of", async () => {
  // The same server, by a name that does not tell that it is on this machine.
  const { findings, skipped } = await shop.diagnoseServer({ endpoint: { host: "0.0.0.0" } });
  expect(findings.filter(({ code }) => code === "WAL_DISK_FULL_SOON")).toEqual([]);
  const reason = "PostgreSQL does not tell what is free on another machine";
  expect(skipped).toContainEqual({ code: "WAL_DISK_FULL_SOON", database: null, reason });
});

describe("the archive", () => {
  trips("ARCHIVER_FAILING", "the command fails", async () => {
    await using archived = await CapturedServer.start({
      settings: { archive_mode: "on", archive_command: "false" },
    });
    await archived.sql("SELECT pg_switch_wal()");
    await until("a failed attempt", async () => {
      const [row] = await archived.sql("SELECT failed_count::int AS failed FROM pg_stat_archiver");
      return Number(row?.failed) > 0 ? ready(undefined) : notYet("none yet");
    });
    const finding = expectTripped(await archived.diagnoseServer(), "ARCHIVER_FAILING", { severity: "error" });
    expect(finding.seen).toMatch(/^\d+ failed attempts, the last for [0-9A-F]{24}$/);
  });
  passes("ARCHIVER_FAILING", "nothing is archived", async () => {
    expectPassed(await shop.diagnoseServer(), "ARCHIVER_FAILING");
  });

  trips("ARCHIVER_WITHOUT_COMMAND", "archiving is on, and nothing does it", async () => {
    await using archived = await CapturedServer.start({ settings: { archive_mode: "on" } });
    const diagnosis = await archived.diagnoseServer();
    expectTripped(diagnosis, "ARCHIVER_WITHOUT_COMMAND", { severity: "error" });
  });
  passes("ARCHIVER_WITHOUT_COMMAND", "archiving is on, with a command", async () => {
    await using archived = await CapturedServer.start({
      settings: { archive_mode: "on", archive_command: "true" },
    });
    expectPassed(await archived.diagnoseServer(), "ARCHIVER_WITHOUT_COMMAND");
  });
});

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, afterEach, beforeAll, describe, expect } from "vitest";

import type { Diagnosis } from "../../../src/doctor/run-checks.js";
import { CapturedServer } from "../../support/captured-server.js";
import { passes, trips } from "../../support/check-fixtures.js";
import { expectPassed, expectTripped } from "../../support/diagnose.js";

let shop: CapturedServer;
let asItShouldBe: Diagnosis;
beforeAll(async () => {
  shop = await CapturedServer.start();
  asItShouldBe = await shop.diagnoseServer();
});
afterEach(() => shop.resetSettings());
afterAll(() => shop[Symbol.asyncDispose]());

describe("the server", () => {
  trips("POSTGRES_UNREACHABLE", "nothing listens there", async () => {
    const diagnosis = await shop.diagnoseServer({ endpoint: { port: 1 } });
    const finding = expectTripped(diagnosis, "POSTGRES_UNREACHABLE", { severity: "error", database: null });
    expect(finding.seen).toMatch(/127\.0\.0\.1:1.*ECONNREFUSED/);
  });
  trips("POSTGRES_UNREACHABLE", "the administrator's password is wrong", async () => {
    const diagnosis = await shop.diagnoseServer({ endpoint: { adminPassword: "not it" } });
    expect(expectTripped(diagnosis, "POSTGRES_UNREACHABLE").seen).toMatch(/refused the login/);
  });
  passes("POSTGRES_UNREACHABLE", "it answers", () => expectPassed(asItShouldBe, "POSTGRES_UNREACHABLE"));

  trips("SERVER_VERSION_OLD", "PostgreSQL 14 has come to its end", async () => {
    await using old = await CapturedServer.start({ version: 14 });
    const expected = { severity: "warning", seen: expect.stringMatching(/^PostgreSQL 14\.\d+/) as string };
    expectTripped(await old.diagnoseServer(), "SERVER_VERSION_OLD", expected);
  });
  passes("SERVER_VERSION_OLD", "PostgreSQL 15", async () => {
    await using current = await CapturedServer.start({ version: 15 });
    expectPassed(await current.diagnoseServer(), "SERVER_VERSION_OLD");
  });

  trips("WAL_LEVEL_NOT_LOGICAL", "wal_level is replica", async () => {
    await using replica = await CapturedServer.start({ settings: { wal_level: "replica" } });
    const diagnosis = await replica.diagnoseServer();
    expectTripped(diagnosis, "WAL_LEVEL_NOT_LOGICAL", { severity: "error", seen: "wal_level = replica" });
  });
  passes("WAL_LEVEL_NOT_LOGICAL", "wal_level is logical", () =>
    expectPassed(asItShouldBe, "WAL_LEVEL_NOT_LOGICAL"),
  );

  trips("SETTING_PENDING_RESTART", "more slots were asked for, and the server not restarted", async () => {
    await shop.setSettings({ max_replication_slots: "77" });
    const object = "max_replication_slots";
    expectTripped(await shop.diagnoseServer(), "SETTING_PENDING_RESTART", { severity: "warning", object });
  });
  passes("SETTING_PENDING_RESTART", "nothing waits", () =>
    expectPassed(asItShouldBe, "SETTING_PENDING_RESTART"),
  );

  trips("HBA_FILE_BROKEN", "a line with a method that there is not", async () => {
    const file = join(shop.server.dataDir, "pg_hba.conf");
    const text = await readFile(file, "utf8");
    await writeFile(file, `${text}\nhost all all 127.0.0.1/32 scram-sha-512\n`);
    try {
      const finding = expectTripped(await shop.diagnoseServer(), "HBA_FILE_BROKEN", { severity: "warning" });
      expect(finding.seen).toMatch(/^line \d+: .*scram-sha-512/);
    } finally {
      await writeFile(file, text);
    }
  });
  passes("HBA_FILE_BROKEN", "every line is read", () => expectPassed(asItShouldBe, "HBA_FILE_BROKEN"));

  trips("FSYNC_OFF", "fsync is off", () => {
    expectTripped(asItShouldBe, "FSYNC_OFF", { severity: "warning", object: "fsync" });
  });
  passes("FSYNC_OFF", "fsync and full_page_writes are on", async () => {
    await using safe = await CapturedServer.start({ settings: { fsync: "on" } });
    expectPassed(await safe.diagnoseServer(), "FSYNC_OFF");
  });

  trips("ADMINISTRATOR_SEES_LITTLE", "an administrator without pg_monitor", async () => {
    await shop.sql("CREATE ROLE little LOGIN PASSWORD 'little'");
    try {
      const endpoint = { adminUser: "little", adminPassword: "little" };
      const diagnosis = await shop.diagnoseServer({ endpoint });
      expectTripped(diagnosis, "ADMINISTRATOR_SEES_LITTLE", { severity: "info", object: "little" });
    } finally {
      await shop.sql("DROP ROLE little");
    }
  });
  passes("ADMINISTRATOR_SEES_LITTLE", "a superuser", () =>
    expectPassed(asItShouldBe, "ADMINISTRATOR_SEES_LITTLE"),
  );
});

describe("a standby", () => {
  trips("SERVER_IN_RECOVERY", "it is named instead of its primary", async () => {
    await using standby = await shop.server.makeStandby();
    const diagnosis = await shop.diagnose({ endpoint: { port: standby.port } });
    const severity = standby.version < 16 ? "error" : "warning";
    expectTripped(diagnosis, "SERVER_IN_RECOVERY", { severity });
  });
  passes("SERVER_IN_RECOVERY", "the primary", () => expectPassed(asItShouldBe, "SERVER_IN_RECOVERY"));

  trips("STANDBY_WITHOUT_FEEDBACK", "hot_standby_feedback is off", async () => {
    await using standby = await shop.server.makeStandby();
    const diagnosis = await shop.diagnoseServer({ endpoint: { port: standby.port } });
    expectTripped(diagnosis, "STANDBY_WITHOUT_FEEDBACK", { severity: "error" });
  });
  passes("STANDBY_WITHOUT_FEEDBACK", "hot_standby_feedback is on", async () => {
    await using standby = await shop.server.makeStandby({ settings: { hot_standby_feedback: "on" } });
    const diagnosis = await shop.diagnoseServer({ endpoint: { port: standby.port } });
    expectPassed(diagnosis, "STANDBY_WITHOUT_FEEDBACK");
  });
});

import { existsSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { findProcesses } from "../../support/leaks.js";
import { startPostgres } from "../../support/own-postgres.js";
import { testedPostgres } from "../../support/tested-postgres.js";

describe("a server of a test's own", () => {
  it("has the version that the tests run against, and the settings and rules that it was given", async () => {
    await using server = await startPostgres({
      settings: { wal_level: "replica", max_replication_slots: 3, log_line_prefix: "it's " },
      hba: "host all all 127.0.0.1/32 trust\n",
    });
    expect(
      await server.query(
        "postgres",
        `SELECT current_setting('server_version_num')::int / 10000 AS major,
          current_setting('wal_level') AS level, current_setting('max_replication_slots') AS slots,
          current_setting('log_line_prefix') AS prefix`,
      ),
    ).toEqual([{ major: testedPostgres(), level: "replica", slots: "3", prefix: "it's " }]);
    await server.connect("postgres", { user: "admin", password: "wrong, and not asked for" });
  });

  it("keeps its data, port and settings when it is started again, with those that are new", async () => {
    await using server = await startPostgres({ settings: { max_connections: 30 } });
    const { port } = server;
    await server.query("postgres", "CREATE TABLE kept ()");
    await server.query("postgres", "ALTER SYSTEM SET max_wal_senders = 7");
    await server.restart({ settings: { max_replication_slots: 4 } });
    expect(server.port).toBe(port);
    expect(
      await server.query(
        "postgres",
        `SELECT name, setting FROM pg_settings
        WHERE name IN ('max_connections', 'max_replication_slots', 'max_wal_senders') ORDER BY name`,
      ),
    ).toEqual([
      { name: "max_connections", setting: "30" },
      { name: "max_replication_slots", setting: "4" },
      { name: "max_wal_senders", setting: "7" },
    ]);
    await server.query("postgres", "TABLE kept");
  });

  it("can have a setting that waits for a restart", async () => {
    await using server = await startPostgres({ settings: { wal_level: "replica" } });
    await server.query("postgres", "ALTER SYSTEM SET wal_level = logical");
    await server.query("postgres", "SELECT pg_reload_conf()");
    const pending = () =>
      server.query("postgres", "SELECT pending_restart FROM pg_settings WHERE name = 'wal_level'");
    await expect.poll(pending).toEqual([{ pending_restart: true }]);
  });

  it("is a new one each time, beside others", async () => {
    const servers = await Promise.all([startPostgres(), startPostgres()]);
    const [one, other] = servers;
    try {
      await one.query("postgres", "CREATE TABLE mine ()");
      expect(await other.query("postgres", "SELECT to_regclass('mine') AS found")).toEqual([{ found: null }]);
    } finally {
      await Promise.all(servers.map((server) => server.stop()));
    }
  });

  it("ends with all that it has, though somebody is connected, and may be stopped again", async () => {
    const server = await startPostgres();
    const standby = await server.makeStandby();
    await server.connect("postgres");
    await Promise.all([server.stop(), server.stop()]);
    await server.stop();
    for (const { dataDir } of [server, standby]) {
      expect(existsSync(dataDir)).toBe(false);
      expect(await findProcesses(dataDir)).toEqual([]);
    }
  });

  it("leaves nothing when it cannot start, and says why", async () => {
    await expect(startPostgres({ settings: { wal_level: "sideways" } })).rejects.toThrow(
      /did not start:\n.*invalid value for parameter "wal_level"/s,
    );
  });
});

describe("a standby", () => {
  it("is in recovery and receives what the primary writes, also while it was made", async () => {
    await using server = await startPostgres();
    await server.query("postgres", "CREATE TABLE numbers (value int)");
    await server.query("postgres", "INSERT INTO numbers VALUES (1)");
    const standby = await server.makeStandby();
    await server.query("postgres", "INSERT INTO numbers VALUES (2)");
    expect(await standby.query("postgres", "SELECT pg_is_in_recovery() AS found")).toEqual([{ found: true }]);
    await expect
      .poll(() => standby.query("postgres", "SELECT value FROM numbers ORDER BY value"))
      .toEqual([{ value: 1 }, { value: 2 }]);
    expect(await server.query("postgres", "SELECT state, application_name FROM pg_stat_replication")).toEqual(
      [{ state: "streaming", application_name: "standby_1" }],
    );
    // It takes nothing of the primary's but a sender.
    expect(await server.query("postgres", "SELECT slot_name FROM pg_replication_slots")).toEqual([]);
  });

  it("can refuse everybody, as a server in recovery does", async () => {
    await using server = await startPostgres();
    const standby = await server.makeStandby({ settings: { hot_standby: "off" } });
    await expect(standby.query("postgres", "SELECT 1")).rejects.toMatchObject({ code: "57P03" });
  });

  it("becomes a server of its own when it is promoted", async () => {
    await using server = await startPostgres();
    const standby = await server.makeStandby();
    expect(await standby.query("postgres", "SELECT pg_promote() AS done")).toEqual([{ done: true }]);
    await standby.query("postgres", "CREATE TABLE its_own ()");
  });
});

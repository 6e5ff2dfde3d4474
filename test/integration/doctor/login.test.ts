import { afterAll, afterEach, beforeAll, describe, expect } from "vitest";

import { CapturedServer } from "../../support/captured-server.js";
import { passes, trips } from "../../support/check-fixtures.js";
import { expectPassed, expectSkipped, expectTripped, findingsOf, sqlOf } from "../../support/diagnose.js";

let shop: CapturedServer;
beforeAll(async () => {
  shop = await CapturedServer.start();
});
afterEach(() => shop.resetSettings());
afterAll(() => shop[Symbol.asyncDispose]());

describe("the login of Debezium's role", () => {
  trips("ROLE_CANNOT_LOG_IN", "its password is another one", async () => {
    const diagnosis = await shop.diagnose({ password: "not it" });
    expectTripped(diagnosis, "ROLE_CANNOT_LOG_IN", {
      severity: "error",
      object: shop.role.user,
      seen: expect.stringContaining("password authentication failed") as string,
      fix: { text: expect.stringContaining("cdc-pipeline prepare shop --adopt") as string },
    });
    expect(JSON.stringify(diagnosis)).not.toContain("not it");
    for (const code of ["SLOT_PROBE", "SNAPSHOT_TIMEOUT"]) {
      expectSkipped(diagnosis, code, "password authentication failed");
    }
  });

  trips(
    "ROLE_CANNOT_LOG_IN",
    "pg_hba.conf has only the word replication; the line told lets it in",
    async () => {
      const hba = "host all admin 127.0.0.1/32 scram-sha-256";
      await using closed = await CapturedServer.start({
        hba: `${hba}\nhost replication debezium_user 127.0.0.1/32 scram-sha-256\n`,
      });
      const { fix, seen } = expectTripped(await closed.diagnose(), "ROLE_CANNOT_LOG_IN");
      expect(seen).toMatch(/no pg_hba.conf entry .*"shop"/);
      const line = /host "shop" .* scram-sha-256/.exec(JSON.stringify(fix).replaceAll('\\"', '"'))?.[0];
      expect(line).toBe('host "shop" "debezium_user" 127.0.0.1/32 scram-sha-256');
      await closed.server.restart({ hba: `${hba}\n${line ?? ""}\n` });
      const diagnosis = await closed.diagnose();
      expectPassed(diagnosis, "ROLE_CANNOT_LOG_IN");
      expectPassed(diagnosis, "SLOT_PROBE");
    },
  );

  trips("ROLE_CANNOT_LOG_IN", "it is not permitted to", async () => {
    await shop.sql("ALTER ROLE debezium_user NOLOGIN");
    const finding = expectTripped(await shop.diagnose(), "ROLE_CANNOT_LOG_IN", { fix: { isSafe: true } });
    await shop.sql(sqlOf(finding));
    expectPassed(await shop.diagnose(), "ROLE_CANNOT_LOG_IN");
  });

  trips("ROLE_CANNOT_LOG_IN", "it has used up its connections", async () => {
    await shop.sql("ALTER ROLE debezium_user CONNECTION LIMIT 0");
    const finding = expectTripped(await shop.diagnose(), "ROLE_CANNOT_LOG_IN");
    await shop.sql("ALTER ROLE debezium_user CONNECTION LIMIT -1");
    expect(finding.seen).toContain("too many connections for role");
  });

  passes("ROLE_CANNOT_LOG_IN", "with the right password", async () => {
    expectPassed(await shop.diagnose(), "ROLE_CANNOT_LOG_IN");
  });
});

describe("timeouts", () => {
  trips("SNAPSHOT_TIMEOUT", "wherever they were set, the fixes go before them", async () => {
    await shop.setSettings({ idle_session_timeout: "1h" });
    await shop.sql("ALTER DATABASE shop SET idle_in_transaction_session_timeout = '1min'");
    await shop.sql("ALTER ROLE debezium_user SET statement_timeout = '30s'");
    await shop.sql("ALTER ROLE debezium_user IN DATABASE shop SET lock_timeout = '5s'");
    const found = findingsOf(await shop.diagnose(), "SNAPSHOT_TIMEOUT");
    expect(found.map(({ seen }) => seen)).toEqual([
      "statement_timeout = 30.0 s, set for the role",
      "idle_in_transaction_session_timeout = 1 min 0 s, set for the database",
      "idle_session_timeout = 1 h 0 min, set for the server",
      "lock_timeout = 5.0 s, set for the role in this database",
    ]);
    expect(found).toMatchObject(found.map(() => ({ severity: "warning", fix: { isSafe: true } })));
    for (const finding of found) await shop.sql(sqlOf(finding));
    expectPassed(await shop.diagnose(), "SNAPSHOT_TIMEOUT");
    await shop.sql("ALTER DATABASE shop RESET ALL");
    await shop.sql("ALTER ROLE debezium_user RESET ALL");
    await shop.sql("ALTER ROLE debezium_user IN DATABASE shop RESET ALL");
  });

  passes("SNAPSHOT_TIMEOUT", "of another role and another database", async () => {
    await shop.sql("ALTER DATABASE postgres SET statement_timeout = '30s'");
    await shop.sql("ALTER ROLE admin SET lock_timeout = '30s'");
    expectPassed(await shop.diagnose(), "SNAPSHOT_TIMEOUT");
    await shop.sql("ALTER DATABASE postgres RESET ALL");
    await shop.sql("ALTER ROLE admin RESET ALL");
  });
});

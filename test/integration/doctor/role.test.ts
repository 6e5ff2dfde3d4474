import { afterAll, afterEach, beforeAll, describe, expect } from "vitest";

import type { Diagnosis } from "../../../src/doctor/run-checks.js";
import { CapturedServer } from "../../support/captured-server.js";
import { passes, trips } from "../../support/check-fixtures.js";
import { expectPassed, expectTripped, findingsOf, sqlOf } from "../../support/diagnose.js";

const GOOD =
  "LOGIN REPLICATION NOSUPERUSER CONNECTION LIMIT -1 VALID UNTIL 'infinity' PASSWORD 'debezium_pass'";

let shop: CapturedServer;
let good: Diagnosis;
const alterRole = (attributes: string) => shop.sql(`ALTER ROLE debezium_user ${attributes}`);
beforeAll(async () => {
  shop = await CapturedServer.start();
  good = await shop.diagnose();
});
afterEach(() => alterRole(GOOD));
afterAll(() => shop[Symbol.asyncDispose]());

/** The fix that is printed is run, and the check passes. */
async function expectMended(code: string, expected: object): Promise<void> {
  const finding = expectTripped(await shop.diagnose(), code, { object: "debezium_user", ...expected });
  await shop.sql(sqlOf(finding), "postgres");
  expectPassed(await shop.diagnose(), code);
}

describe("Debezium's role", () => {
  trips("ROLE_MISSING", "nobody has made it", async () => {
    const diagnosis = await shop.diagnose({ role: "nobody" });
    const fix = { kind: "command", command: "cdc-pipeline prepare shop" };
    expectTripped(diagnosis, "ROLE_MISSING", { severity: "error", object: "nobody", fix });
  });
  passes("ROLE_MISSING", "it is there", () => expectPassed(good, "ROLE_MISSING"));

  trips("ROLE_WITHOUT_LOGIN", "NOLOGIN", async () => {
    await alterRole("NOLOGIN");
    await expectMended("ROLE_WITHOUT_LOGIN", { severity: "error", seen: "NOLOGIN" });
  });
  passes("ROLE_WITHOUT_LOGIN", "LOGIN", () => expectPassed(good, "ROLE_WITHOUT_LOGIN"));

  trips("ROLE_WITHOUT_REPLICATION", "NOREPLICATION", async () => {
    await alterRole("NOREPLICATION");
    await expectMended("ROLE_WITHOUT_REPLICATION", { severity: "error" });
  });
  passes("ROLE_WITHOUT_REPLICATION", "REPLICATION", () => expectPassed(good, "ROLE_WITHOUT_REPLICATION"));
  passes("ROLE_WITHOUT_REPLICATION", "membership in rds_replication, as on RDS", async () => {
    await shop.sql("CREATE ROLE rds_replication");
    await shop.sql("GRANT rds_replication TO debezium_user");
    await alterRole("NOREPLICATION");
    try {
      expectPassed(await shop.diagnose(), "ROLE_WITHOUT_REPLICATION");
    } finally {
      await shop.sql("DROP ROLE rds_replication");
    }
  });

  trips("ROLE_IS_SUPERUSER", "SUPERUSER", async () => {
    await alterRole("SUPERUSER");
    await expectMended("ROLE_IS_SUPERUSER", { severity: "warning" });
  });
  passes("ROLE_IS_SUPERUSER", "NOSUPERUSER", () => expectPassed(good, "ROLE_IS_SUPERUSER"));

  trips("ROLE_PASSWORD_EXPIRES", "it has expired", async () => {
    await alterRole("VALID UNTIL '2020-01-01'");
    const seen = expect.stringMatching(/^expired \d+ d \d+ h ago$/) as string;
    await expectMended("ROLE_PASSWORD_EXPIRES", { severity: "error", seen });
  });
  trips("ROLE_PASSWORD_EXPIRES", "it will within a week", async () => {
    const [row] = await shop.sql("SELECT (now() + interval '6 days')::text AS at");
    await alterRole(`VALID UNTIL '${String(row?.at)}'`);
    const seen = expect.stringMatching(/^expires in (5 d 23|6 d 0) h$/) as string;
    await expectMended("ROLE_PASSWORD_EXPIRES", { severity: "warning", seen });
  });
  passes("ROLE_PASSWORD_EXPIRES", "never", () => expectPassed(good, "ROLE_PASSWORD_EXPIRES"));

  trips("ROLE_CONNECTION_LIMIT", "two connections", async () => {
    await alterRole("CONNECTION LIMIT 2");
    await expectMended("ROLE_CONNECTION_LIMIT", { severity: "warning" });
  });
  passes("ROLE_CONNECTION_LIMIT", "no limit", () => expectPassed(good, "ROLE_CONNECTION_LIMIT"));

  trips("DEFAULT_PASSWORD", "a server that is not known to be this machine's alone", async () => {
    const diagnosis = await shop.diagnoseServer({ endpoint: { host: "0.0.0.0" } });
    expect(findingsOf(diagnosis, "DEFAULT_PASSWORD")).toMatchObject([
      { object: "admin", seen: "the default of postgres.adminPassword, at 0.0.0.0" },
      { object: "debezium_user", seen: "the default of debezium.password, at 0.0.0.0" },
    ]);
  });
  passes("DEFAULT_PASSWORD", "loopback", async () => {
    expectPassed(await shop.diagnoseServer(), "DEFAULT_PASSWORD");
  });

  trips("ROLE_PASSWORD_MD5", "made long ago", async () => {
    await shop.sql("SET password_encryption = 'md5'; ALTER ROLE debezium_user PASSWORD 'debezium_pass'");
    expectTripped(await shop.diagnose(), "ROLE_PASSWORD_MD5", { severity: "warning" });
  });
  passes("ROLE_PASSWORD_MD5", "SCRAM", () => expectPassed(good, "ROLE_PASSWORD_MD5"));
});

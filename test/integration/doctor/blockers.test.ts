import { afterAll, beforeAll, describe, expect } from "vitest";

import type { Diagnosis } from "../../../src/doctor/run-checks.js";
import { notYet, ready } from "../../../src/wait/wait-until.js";
import { CapturedServer } from "../../support/captured-server.js";
import { passes, trips } from "../../support/check-fixtures.js";
import { expectPassed, expectTripped, sqlOf } from "../../support/diagnose.js";
import { until } from "../../support/until.js";

let shop: CapturedServer;
let before: Diagnosis;
let blocked: Diagnosis;
beforeAll(async () => {
  shop = await CapturedServer.start({ settings: { max_prepared_transactions: 5 } });
  before = await shop.diagnoseServer();
  await shop.sql("CREATE TABLE elsewhere (id int)", "postgres");
  const forgetful = await shop.server.connect("postgres");
  await forgetful.query("BEGIN; INSERT INTO elsewhere VALUES (1)");
  const manager = await shop.server.connect(shop.database);
  await manager.query("BEGIN; INSERT INTO orders VALUES (1); PREPARE TRANSACTION 'it''s two-phase'");
  // Work as usual is no finding: only what goes on for some seconds is.
  await until("the transactions to be old", async () => {
    const [row] = await shop.sql(
      "SELECT max(clock_timestamp() - prepared) > '5.1 s' AS old FROM pg_prepared_xacts",
    );
    return row?.old === true ? ready(undefined) : notYet("they are young");
  });
  blocked = await shop.diagnoseServer();
});
afterAll(() => shop[Symbol.asyncDispose]());

describe("transactions in the way of a slot", () => {
  trips("SLOT_BLOCKED_BY_TRANSACTION", "one that has written is idle, in another database", async () => {
    const finding = expectTripped(blocked, "SLOT_BLOCKED_BY_TRANSACTION", { severity: "warning" });
    expect(finding.seen).toMatch(/^idle in transaction, process \d+, in postgres, for [\d.]+ s$/);
    await shop.sql(sqlOf(finding));
    await until("the session to end", async () => {
      const [row] = await shop.sql(
        "SELECT count(*)::int AS left FROM pg_stat_activity WHERE backend_xid IS NOT NULL",
      );
      return row?.left === 0 ? ready(undefined) : notYet("it is there");
    });
    expectPassed(await shop.diagnoseServer(), "SLOT_BLOCKED_BY_TRANSACTION");
  });
  passes("SLOT_BLOCKED_BY_TRANSACTION", "nobody writes", () =>
    expectPassed(before, "SLOT_BLOCKED_BY_TRANSACTION"),
  );

  trips("SLOT_BLOCKED_BY_PREPARED_TRANSACTION", "one was left behind", async () => {
    const code = "SLOT_BLOCKED_BY_PREPARED_TRANSACTION";
    const finding = expectTripped(blocked, code, { severity: "error", object: "it's two-phase" });
    expect(finding.fix).toMatchObject({ database: shop.database, isSafe: false });
    await shop.sql(sqlOf(finding));
    expectPassed(await shop.diagnoseServer(), code);
  });
  passes("SLOT_BLOCKED_BY_PREPARED_TRANSACTION", "there is none", () =>
    expectPassed(before, "SLOT_BLOCKED_BY_PREPARED_TRANSACTION"),
  );
});

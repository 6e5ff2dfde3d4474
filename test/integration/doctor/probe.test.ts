import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { CapturedServer } from "../../support/captured-server.js";
import { passes, trips } from "../../support/check-fixtures.js";
import { expectPassed, expectSkipped, expectTripped, findingsOf, sqlOf } from "../../support/diagnose.js";
import { startPgBouncer } from "../../support/pgbouncer.js";
import { startPhysicalReplica } from "../../support/slot-reader.js";

let shop: CapturedServer;
beforeAll(async () => {
  shop = await CapturedServer.start({
    settings: { max_replication_slots: 1, max_wal_senders: 2, max_prepared_transactions: 2 },
  });
});
afterAll(() => shop[Symbol.asyncDispose]());

const dropSlots = () => shop.sql("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots");

describe("a temporary slot", () => {
  passes("SLOT_PROBE", "can be made, and is gone afterwards", async () => {
    expectPassed(await shop.diagnose(), "SLOT_PROBE");
    expect(await shop.sql("SELECT * FROM pg_replication_slots")).toEqual([]);
  });

  trips("SLOT_PROBE", "the role may not replicate", async () => {
    await shop.sql("ALTER ROLE debezium_user NOREPLICATION");
    const finding = expectTripped(await shop.diagnose(), "SLOT_PROBE", {
      severity: "error",
      object: "debezium_user",
      fix: { isSafe: true },
    });
    await shop.sql(sqlOf(finding));
    expectPassed(await shop.diagnose(), "SLOT_PROBE");
  });

  trips("SLOT_PROBE", "wal_level is replica", async () => {
    await using replica = await CapturedServer.start({ settings: { wal_level: "replica" } });
    const finding = expectTripped(await replica.diagnose(), "SLOT_PROBE", { severity: "error" });
    expect(finding.seen).toContain("wal_level");
    expect(finding.fix).toMatchObject({ sql: "ALTER SYSTEM SET wal_level = logical;", isSafe: false });
    await replica.server.restart({ settings: { wal_level: "logical" } });
    expectPassed(await replica.diagnose(), "SLOT_PROBE");
  });

  trips("SLOT_PROBE", "there is no free slot; which is no matter to one that is there", async () => {
    await shop.sql("SELECT pg_create_logical_replication_slot('of_somebody_else', 'pgoutput')");
    expectTripped(await shop.diagnose(), "SLOT_PROBE", {
      severity: "error",
      seen: expect.stringContaining("all replication slots are in use") as string,
    });
    await dropSlots();
    await shop.makeSlot();
    expectTripped(await shop.diagnose(), "SLOT_PROBE", { severity: "info" });
    await dropSlots();
  });

  trips("SLOT_PROBE", "there is no free WAL sender", async () => {
    const replicas = [
      await startPhysicalReplica(shop.server.connection),
      await startPhysicalReplica(shop.server.connection),
    ];
    const diagnosis = await shop.diagnose();
    for (const replica of replicas) await replica[Symbol.asyncDispose]();
    expect(expectTripped(diagnosis, "SLOT_PROBE").seen).toContain("max_wal_senders");
  });

  trips("SLOT_PROBE", "a transaction in another database is in the way, until it is ended", async () => {
    const forgetful = await shop.server.connect("postgres");
    await forgetful.query("BEGIN");
    await forgetful.query("SELECT pg_current_xact_id()");
    const finding = expectTripped(await shop.diagnose(), "SLOT_PROBE", {
      severity: "error",
      seen: expect.stringMatching(/in postgres a transaction .*\(idle in transaction\)/) as string,
      fix: { database: "postgres", isSafe: false },
    });
    await shop.sql(sqlOf(finding), "postgres");
    expectPassed(await shop.diagnose(), "SLOT_PROBE");
  });

  trips("SLOT_PROBE", "a prepared transaction is in the way, which is ended in its database", async () => {
    const session = await shop.server.connect("shop");
    await session.query("BEGIN");
    await session.query("INSERT INTO orders VALUES (1, 'x')");
    await session.query("PREPARE TRANSACTION 'it''s forgotten'");
    const finding = expectTripped(await shop.diagnose(), "SLOT_PROBE", {
      object: "prepared it's forgotten",
      fix: { database: "shop", sql: "ROLLBACK PREPARED 'it''s forgotten';", isSafe: false },
    });
    await shop.sql(sqlOf(finding));
    expectPassed(await shop.diagnose(), "SLOT_PROBE");
  });

  trips(
    "SLOT_PROBE",
    "a transaction that works is left to a person; one of the application is not in the way",
    async () => {
      const batch = await shop.server.connect("postgres");
      await batch.query("BEGIN");
      await batch.query("SELECT pg_current_xact_id()");
      const working = batch.query("SELECT pg_sleep(600)");
      working.catch(() => undefined);
      const application = await shop.server.connect("shop");
      let isStopped = false;
      const work = (async () => {
        while (!isStopped)
          await application.query(
            "INSERT INTO orders VALUES (7, 'x') ON CONFLICT (id) DO UPDATE SET note = 'y'",
          );
      })();
      const finding = expectTripped(await shop.diagnose(), "SLOT_PROBE", {
        seen: expect.stringContaining("(active)") as string,
        fix: { kind: "advice", text: expect.stringMatching(/^let it end; .*pg_terminate_backend/) as string },
      });
      isStopped = true;
      await work;
      await shop.sql(`SELECT pg_terminate_backend(${(finding.object ?? "").replace("transaction ", "")})`);
      await expect(working).rejects.toThrow("terminating connection");
    },
  );

  it("is waited for once, however many databases are looked at", async () => {
    const names = ["one", "two", "three", "four"];
    for (const name of names) await shop.sql(`CREATE DATABASE ${name}`, "postgres");
    const forgetful = await shop.server.connect("postgres");
    await forgetful.query("BEGIN");
    await forgetful.query("SELECT pg_current_xact_id()");
    const startedMs = performance.now();
    const diagnosis = await shop.diagnose({ databases: names });
    expect(performance.now() - startedMs).toBeLessThan(5_000);
    await forgetful.query("ROLLBACK");
    expect(findingsOf(diagnosis, "SLOT_PROBE").map(({ database }) => database)).toEqual(names);
  });

  passes("SLOT_PROBE", "with room for one only, in four databases: one after the other", async () => {
    const diagnosis = await shop.diagnose({ databases: ["one", "two", "three", "four"] });
    expectPassed(diagnosis, "SLOT_PROBE");
    expectPassed(diagnosis, "SENDERS_FEWER_THAN_SLOTS");
  });
});

describe("a pooler", () => {
  trips("POOLER_IN_BETWEEN", "refuses a replication connection", async () => {
    await using pooler = await startPgBouncer(shop.server.connection, [shop.role]);
    const diagnosis = await shop.diagnose({ endpoint: { port: pooler.port } });
    const object = `127.0.0.1:${pooler.port}`;
    expectTripped(diagnosis, "POOLER_IN_BETWEEN", { severity: "error", object });
    expectSkipped(diagnosis, "SLOT_PROBE", "unsupported startup parameter");
    // All else goes through it as ever.
    for (const code of ["ROLE_CANNOT_LOG_IN", "DATABASE_UNREACHABLE", "PUBLICATION_MISSING"]) {
      expectPassed(diagnosis, code);
    }
  });

  trips("POOLER_IN_BETWEEN", "ignores what it is asked for, and takes the command for SQL", async () => {
    const settings = { ignore_startup_parameters: "options,replication" };
    await using pooler = await startPgBouncer(shop.server.connection, [shop.role], settings);
    const finding = expectTripped(
      await shop.diagnose({ endpoint: { port: pooler.port } }),
      "POOLER_IN_BETWEEN",
    );
    expect(finding.seen).toContain("syntax error");
  });

  passes("POOLER_IN_BETWEEN", "the server itself answers", async () => {
    expectPassed(await shop.diagnose(), "POOLER_IN_BETWEEN");
  });
});

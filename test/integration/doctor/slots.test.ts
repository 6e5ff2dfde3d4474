import { afterAll, afterEach, beforeAll, describe, expect } from "vitest";

import { CapturedServer } from "../../support/captured-server.js";
import { passes, trips } from "../../support/check-fixtures.js";
import { expectPassed, expectTripped } from "../../support/diagnose.js";
import { startPhysicalReplica } from "../../support/slot-reader.js";

let shop: CapturedServer;
beforeAll(async () => {
  shop = await CapturedServer.start({ settings: { min_wal_size: "32MB", max_wal_size: "64MB" } });
});
afterEach(async () => {
  await shop.sql(
    "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE active_pid IS NULL",
  );
  await shop.resetSettings();
});
afterAll(() => shop[Symbol.asyncDispose]());

/** Writes more segments of WAL than a slot may keep. */
const writeSegments = async (count: number) => {
  for (let segment = 0; segment < count; segment++) {
    await shop.sql("SELECT pg_logical_emit_message(false, 'test', 'x')");
    await shop.sql("SELECT pg_switch_wal()");
  }
};

describe("the slot", () => {
  trips("SLOT_OF_OTHER_DATABASE", "one of that name reads another database", async () => {
    await shop.makeSlot("pgoutput", "postgres");
    const seen = "belongs to database postgres";
    expectTripped(await shop.diagnose(), "SLOT_OF_OTHER_DATABASE", {
      severity: "error",
      object: shop.slot,
      seen,
    });
  });
  passes("SLOT_OF_OTHER_DATABASE", "it reads the database", async () => {
    await shop.makeSlot();
    expectPassed(await shop.diagnose(), "SLOT_OF_OTHER_DATABASE");
  });

  trips("SLOT_OF_OTHER_PLUGIN", "made by hand with test_decoding", async () => {
    await shop.makeSlot("test_decoding");
    expectTripped(await shop.diagnose(), "SLOT_OF_OTHER_PLUGIN", {
      severity: "error",
      seen: "plugin test_decoding",
    });
  });
  passes("SLOT_OF_OTHER_PLUGIN", "pgoutput", async () => {
    await shop.makeSlot();
    expectPassed(await shop.diagnose(), "SLOT_OF_OTHER_PLUGIN");
  });

  trips("SLOT_LOST", "more was written than it may keep, and a checkpoint came", async () => {
    await shop.setSettings({ max_slot_wal_keep_size: "16MB" });
    await shop.makeSlot();
    await writeSegments(5);
    await shop.sql("CHECKPOINT");
    const finding = expectTripped(await shop.diagnose(), "SLOT_LOST", {
      severity: "error",
      object: shop.slot,
    });
    expect(finding.seen).toMatch(/^lost: /);
    expect(finding.fix).toMatchObject({ isSafe: false });
  });
  passes("SLOT_LOST", "it may keep all", async () => {
    await shop.makeSlot();
    await writeSegments(5);
    await shop.sql("CHECKPOINT");
    expectPassed(await shop.diagnose(), "SLOT_LOST");
  });

  trips("SLOT_ABOUT_TO_BE_LOST", "as much was written, and no checkpoint came yet", async () => {
    await shop.makeSlot();
    await shop.sql("CHECKPOINT");
    await shop.setSettings({ max_slot_wal_keep_size: "16MB", max_wal_size: "10GB" });
    await writeSegments(5);
    const diagnosis = await shop.diagnose();
    expectTripped(diagnosis, "SLOT_ABOUT_TO_BE_LOST", { severity: "error" });
    expectPassed(diagnosis, "SLOT_LOST");
  });
  passes("SLOT_ABOUT_TO_BE_LOST", "it keeps little", async () => {
    await shop.makeSlot();
    expectPassed(await shop.diagnose(), "SLOT_ABOUT_TO_BE_LOST");
  });

  trips("SLOT_NOT_READ", "its connector is gone", async () => {
    await shop.makeSlot();
    const fix = { kind: "command", command: "cdc-pipeline register shop" };
    expectTripped(await shop.diagnose(), "SLOT_NOT_READ", { severity: "warning", object: shop.slot, fix });
  });
  passes("SLOT_NOT_READ", "somebody reads it", async () => {
    await shop.makeSlot();
    expectPassed(await shop.whileRead(() => shop.diagnose()), "SLOT_NOT_READ");
  });

  trips("SLOT_LOST_AT_FAILOVER", "the server has a standby", async () => {
    await shop.makeSlot();
    const replica = await startPhysicalReplica(shop.server.connection);
    try {
      const seen = "1 standby, failover = false";
      expectTripped(await shop.diagnose(), "SLOT_LOST_AT_FAILOVER", { severity: "info", seen });
    } finally {
      await replica.close();
    }
  });
  passes("SLOT_LOST_AT_FAILOVER", "the server stands alone", async () => {
    await shop.makeSlot();
    expectPassed(await shop.whileRead(() => shop.diagnose()), "SLOT_LOST_AT_FAILOVER");
  });
});

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { notYet, ready } from "../../../src/wait/wait-until.js";
import { CapturedServer } from "../../support/captured-server.js";
import { passes, trips } from "../../support/check-fixtures.js";
import { expectPassed, expectTripped } from "../../support/diagnose.js";
import { until } from "../../support/until.js";

let shop: CapturedServer;
beforeAll(async () => {
  // Subtransactions can use up as many transaction ids in a moment as are said to be many here.
  shop = await CapturedServer.start({ settings: { autovacuum_freeze_max_age: 100_000 } });
  await shop.sql("ALTER TABLE orders ALTER note SET STORAGE EXTERNAL");
});
beforeEach(() => shop.makeSlot());
afterEach(async () => {
  await shop.sql(`SELECT pg_drop_replication_slot('${shop.slot}')`);
  await shop.resetSettings();
});
afterAll(() => shop[Symbol.asyncDispose]());

/** @returns how far the sender has come */
const senderIsThrough = () =>
  until("the sender to be through", async () => {
    const sql =
      "SELECT sent_lsn::text AS sent, pg_current_wal_lsn() - sent_lsn < 1000000 AS done FROM pg_stat_replication";
    const [row] = await shop.sql(sql);
    return row?.done === true ? ready(String(row.sent)) : notYet("it is not");
  });

describe("a slot that is behind", () => {
  trips("SLOT_STALLED", "its reader takes nothing any more", async () => {
    await using reader = await shop.startReader();
    reader.stopReading();
    // The sender stands in the middle of the first, and has the second before it.
    await shop.writeRows(20);
    await shop.writeRows(20);
    await until("the sender to stand", async () => {
      const [row] = await shop.sql(
        "SELECT wait_event FROM pg_stat_activity WHERE backend_type = 'walsender'",
      );
      return String(row?.wait_event).includes("Write") ? ready(undefined) : notYet(String(row?.wait_event));
    });
    const finding = expectTripped(await shop.diagnose(), "SLOT_STALLED", {
      severity: "error",
      object: shop.slot,
    });
    expect(finding.seen).toMatch(/^[\d.]+ MiB behind and not moving: its reader takes nothing/);
    // For the reader to go away, the server must be able to say farewell.
    reader.readOn();
  });
  passes("SLOT_STALLED", "its reader takes everything", async () => {
    const read = await shop.whileRead(async () => {
      await shop.writeRows(20);
      return shop.diagnose();
    });
    expectPassed(read, "SLOT_STALLED");
  });

  trips("SLOT_NOT_CONFIRMED", "its reader takes everything and confirms nothing", async () => {
    await using reader = await shop.startReader();
    await shop.writeWal(70);
    await senderIsThrough();
    const finding = expectTripped(await shop.diagnose(), "SLOT_NOT_CONFIRMED", { severity: "warning" });
    expect(finding.seen).toMatch(/^7\d\.\d MiB sent and not confirmed$/);
    await reader.confirm();
    expectPassed(await shop.diagnose(), "SLOT_NOT_CONFIRMED");
  });
  passes("SLOT_NOT_CONFIRMED", "little was written", async () => {
    expectPassed(await shop.whileRead(() => shop.diagnose()), "SLOT_NOT_CONFIRMED");
  });

  trips("SLOT_HELD_BY_TRANSACTION", "a transaction began long before what is confirmed", async () => {
    await using reader = await shop.startReader();
    const forgetful = await shop.server.connect(shop.database);
    await forgetful.query("BEGIN; INSERT INTO orders VALUES (-1)");
    try {
      await shop.sql("CHECKPOINT");
      await shop.writeWal(70);
      await shop.sql("CHECKPOINT");
      await reader.confirm(await senderIsThrough());
      const finding = expectTripped(await shop.diagnose(), "SLOT_HELD_BY_TRANSACTION", {
        severity: "warning",
      });
      expect(finding.seen).toMatch(/^[678]\d\.\d MiB kept below what is confirmed$/);
      expect(finding.fix).toMatchObject({ isSafe: false });
    } finally {
      await forgetful.query("ROLLBACK");
    }
  });
  passes("SLOT_HELD_BY_TRANSACTION", "nothing is open", async () => {
    expectPassed(await shop.diagnose(), "SLOT_HELD_BY_TRANSACTION");
  });

  trips("SLOT_KEEPS_MUCH_WAL", "more than half of what it may keep", async () => {
    await shop.setSettings({ max_slot_wal_keep_size: "100MB" });
    await shop.writeWal(70);
    const finding = expectTripped(await shop.diagnose(), "SLOT_KEEPS_MUCH_WAL", { severity: "warning" });
    expect(finding.seen).toMatch(/^keeps 7\d\.\d MiB; lost after [\d.]+ MiB more/);
  });
  it("tells how long it may go on while WAL is written, which is an error when it is soon over", async () => {
    await shop.setSettings({ max_slot_wal_keep_size: "10GB" });
    await shop.writeWal(70);
    let isOn = true;
    const write = async () => {
      while (isOn) await shop.writeWal(1);
    };
    const writing = write();
    try {
      await shop.setSettings({ max_slot_wal_keep_size: "800MB" });
      const finding = expectTripped(await shop.diagnose(), "SLOT_NOT_READ", { severity: "error" });
      expect(finding.seen).toMatch(
        /^not active; .* not confirmed; WAL grows [\d.]+ [KM]iB\/s: lost in [\d.]+ (ms|s|min)/,
      );
    } finally {
      isOn = false;
      await writing;
    }
  });
  passes("SLOT_KEEPS_MUCH_WAL", "little of it", async () => {
    await shop.setSettings({ max_slot_wal_keep_size: "10GB" });
    await shop.writeWal(70);
    expectPassed(await shop.diagnose(), "SLOT_KEEPS_MUCH_WAL");
  });

  trips("SLOT_SPILLS_TO_DISK", "a transaction larger than its memory", async () => {
    await shop.setSettings({ logical_decoding_work_mem: "64kB" });
    const diagnosis = await shop.whileRead(async () => {
      await shop.writeRows(70);
      await until("the sender to tell of it", async () => {
        const [row] = await shop.sql("SELECT spill_bytes::float8 AS bytes FROM pg_stat_replication_slots");
        return Number(row?.bytes) > 64 * 1024 ** 2 ? ready(undefined) : notYet(String(row?.bytes));
      });
      return shop.diagnose();
    });
    const finding = expectTripped(diagnosis, "SLOT_SPILLS_TO_DISK", { severity: "info" });
    expect(finding.seen).toMatch(/MiB of 1 transactions? spilled; logical_decoding_work_mem = 64.0 KiB$/);
  });
  passes("SLOT_SPILLS_TO_DISK", "none did", async () => {
    // PostgreSQL 14 is slow to forget what the last slot of that name did.
    await until("the statistics to be new", async () => {
      const [row] = await shop.sql(
        "SELECT coalesce(sum(spill_bytes), 0) = 0 AS new FROM pg_stat_replication_slots",
      );
      return row?.new === true ? ready(undefined) : notYet("they are old");
    });
    expectPassed(await shop.diagnose(), "SLOT_SPILLS_TO_DISK");
  });

  trips("SLOT_HOLDS_CATALOG", "very many transactions since it was read", async () => {
    await shop.sql("CREATE TABLE burnt (id int)");
    await shop.sql(`DO $$ BEGIN
      FOR i IN 1 .. 51000 LOOP
        BEGIN INSERT INTO burnt VALUES (i); EXCEPTION WHEN OTHERS THEN NULL; END;
      END LOOP; END $$`);
    const finding = expectTripped(await shop.diagnose(), "SLOT_HOLDS_CATALOG", { severity: "warning" });
    expect(finding.seen).toMatch(/^holds back vacuum by 5\d,\d{3} transactions$/);
    await shop.sql("DROP TABLE burnt");
  });
  passes("SLOT_HOLDS_CATALOG", "few transactions since it was made", async () => {
    expectPassed(await shop.diagnose(), "SLOT_HOLDS_CATALOG");
  });
});

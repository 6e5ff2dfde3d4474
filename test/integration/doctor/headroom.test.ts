import { afterAll, beforeAll, describe, expect } from "vitest";

import type { Diagnosis } from "../../../src/doctor/run-checks.js";
import { CapturedServer } from "../../support/captured-server.js";
import { passes, trips } from "../../support/check-fixtures.js";
import { expectPassed, expectTripped } from "../../support/diagnose.js";

/** With room for one slot, no sender and ten connections; the slot is taken. */
let full: CapturedServer;
let fullDiagnosis: Diagnosis;
let roomyDiagnosis: Diagnosis;
beforeAll(async () => {
  await using roomy = await CapturedServer.start();
  roomyDiagnosis = await roomy.diagnose();
  full = await CapturedServer.start({
    settings: { max_replication_slots: 1, max_wal_senders: 0, max_connections: 13 },
  });
  await full.sql("SELECT pg_create_logical_replication_slot('forgotten', 'pgoutput')");
  fullDiagnosis = await full.diagnose();
});
afterAll(() => full[Symbol.asyncDispose]());

describe("headroom", () => {
  trips("SLOTS_EXHAUSTED", "every slot is taken", () => {
    const object = "max_replication_slots";
    const finding = expectTripped(fullDiagnosis, "SLOTS_EXHAUSTED", { severity: "error", object });
    expect(finding.seen).toBe(
      "max_replication_slots = 1, 1 in use, 1 more needed; not read by anybody: forgotten",
    );
  });
  passes("SLOTS_EXHAUSTED", "there is one for the database", () =>
    expectPassed(roomyDiagnosis, "SLOTS_EXHAUSTED"),
  );
  passes("SLOTS_EXHAUSTED", "the one that is taken is the database's own", async () => {
    await full.sql("SELECT pg_drop_replication_slot('forgotten')");
    await full.makeSlot();
    expectPassed(await full.diagnose(), "SLOTS_EXHAUSTED");
  });

  trips("SENDERS_EXHAUSTED", "there is none", () => {
    const seen = "max_wal_senders = 0, 0 in use, 1 more needed";
    expectTripped(fullDiagnosis, "SENDERS_EXHAUSTED", { severity: "error", seen });
  });
  passes("SENDERS_EXHAUSTED", "there is one for the database", () =>
    expectPassed(roomyDiagnosis, "SENDERS_EXHAUSTED"),
  );

  trips("SENDERS_FEWER_THAN_SLOTS", "no sender for one slot", () => {
    expectTripped(fullDiagnosis, "SENDERS_FEWER_THAN_SLOTS", { severity: "warning" });
  });
  passes("SENDERS_FEWER_THAN_SLOTS", "as many of each", () =>
    expectPassed(roomyDiagnosis, "SENDERS_FEWER_THAN_SLOTS"),
  );

  trips("CONNECTIONS_EXHAUSTED", "few are left", () => {
    const finding = expectTripped(fullDiagnosis, "CONNECTIONS_EXHAUSTED", { severity: "warning" });
    expect(finding.seen).toMatch(/^[\d]+ of 10 connections are free; 3 are needed$/);
  });
  passes("CONNECTIONS_EXHAUSTED", "many are left", () =>
    expectPassed(roomyDiagnosis, "CONNECTIONS_EXHAUSTED"),
  );
});

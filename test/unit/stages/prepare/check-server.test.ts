import { describe, expect, it } from "vitest";

import { checkServer } from "../../../../src/stages/prepare/check-server.js";
import type { ServerFacts, ServerSlot } from "../../../../src/stages/prepare/facts/server-facts.js";

const slot = (name: string, isActive = true): ServerSlot => ({ name, database: "x", isActive });
const SERVER: ServerFacts = {
  version: 150_018,
  walLevel: "logical",
  isInRecovery: false,
  databases: [],
  hasRole: false,
  slots: [],
  maxSlots: 10,
  maxSenders: 10,
  senders: 0,
  areLoginsAlike: true,
  freeConnections: 90,
};
const check = (server: Partial<ServerFacts>, databases: readonly string[] = ["a"]) => {
  try {
    checkServer({ ...SERVER, ...server }, databases);
    return undefined;
  } catch (error) {
    return error;
  }
};

describe("a server that databases are to be prepared on", () => {
  it("is taken when it has a slot and a sender for each", () => {
    expect(check({ maxSlots: 2, maxSenders: 2 }, ["a", "b"])).toBeUndefined();
  });

  it("must write WAL that can be decoded", () => {
    expect(check({ walLevel: "replica" })).toMatchObject({ code: "WAL_LEVEL_NOT_LOGICAL" });
  });

  it("must be the primary", () => {
    expect(check({ isInRecovery: true, walLevel: "replica" })).toMatchObject({
      code: "SERVER_IN_RECOVERY",
      hint: "prepare on the primary: set postgres.host and postgres.port to it",
    });
  });

  it("must have a free slot for each database without one", () => {
    const slots = [slot("debezium_a_slot"), slot("theirs", false)];
    expect(check({ slots, maxSlots: 3 }, ["a", "b"])).toBeUndefined();
    expect(check({ slots, maxSlots: 3 }, ["a", "b", "c"])).toMatchObject({
      code: "SLOTS_EXHAUSTED",
      message:
        "max_replication_slots is 3, 2 are used and 1 are free; 2 databases without a slot need 2; nobody reads theirs at this moment",
      hint: "ALTER SYSTEM SET max_replication_slots = 4; and restart PostgreSQL",
      details: {
        setting: "max_replication_slots",
        max: 3,
        used: 2,
        free: 1,
        needed: 2,
        inactive: ["theirs"],
      },
    });
  });

  it("must have a free sender for each of them", () => {
    expect(check({ maxSenders: 3, senders: 3 })).toMatchObject({
      code: "SLOTS_EXHAUSTED",
      message: "max_wal_senders is 3, 3 are used and 0 are free; 1 database without a slot needs 1",
      hint: "ALTER SYSTEM SET max_wal_senders = 4; and restart PostgreSQL",
    });
  });

  it("is never too full for databases that have their slots", () => {
    expect(
      check({ slots: [slot("debezium_a_slot")], maxSlots: 1, maxSenders: 1, senders: 1 }),
    ).toBeUndefined();
  });
});

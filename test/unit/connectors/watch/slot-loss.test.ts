import { describe, expect, it } from "vitest";

import { type LostSlot, slotLossOf } from "../../../../src/connectors/watch/read-lost-slots.js";

const SERVERS = { connectUrl: "http://connect:8083", postgres: { host: "postgres", port: 5432 } };
const LOST: readonly LostSlot[] = [{ slot: "debezium_shop_slot", database: "shop", reason: null }];
const CONFIG = {
  "connector.class": "io.debezium.connector.postgresql.PostgresConnector",
  "database.hostname": "postgres",
  "database.port": "5432",
  "database.dbname": "shop",
  "slot.name": "debezium_shop_slot",
};

describe("a lost slot", () => {
  it("is that of the connector that reads it there", () => {
    expect(slotLossOf(CONFIG, LOST, SERVERS)).toMatchObject({
      class: "lasting",
      cause: expect.stringContaining("debezium_shop_slot") as string,
      hint: expect.stringContaining("cdc-pipeline doctor shop") as string,
    });
  });

  it("tells PostgreSQL's own reason where it has one", () => {
    const [slot] = LOST.map((lost) => ({ ...lost, reason: "wal_removed" }));
    expect(slotLossOf(CONFIG, slot === undefined ? [] : [slot], SERVERS)?.cause).toContain("wal_removed");
  });

  it.each([
    ["of another slot", { "slot.name": "other" }],
    ["of another database", { "database.dbname": "till" }],
    ["of another server", { "database.hostname": "elsewhere" }],
    ["of another port", { "database.port": "5433" }],
    ["of another kind", { "connector.class": "org.example.FileConnector" }],
  ])("is not that of a connector %s", (_what, difference) => {
    expect(slotLossOf({ ...CONFIG, ...difference }, LOST, SERVERS)).toBeUndefined();
  });

  it("is known also where the connector leaves out what Debezium has by default", () => {
    const { "slot.name": slot, "database.port": port, ...config } = CONFIG;
    expect([slot, port]).not.toContain("debezium");
    const lost = [{ slot: "debezium", database: "shop", reason: null }];
    expect(slotLossOf(config, lost, SERVERS)).toBeDefined();
  });
});

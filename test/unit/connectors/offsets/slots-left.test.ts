import { describe, expect, it } from "vitest";

import { beginAnewCommand } from "../../../../src/connectors/offsets/begin-anew.js";
import { findSlotsLeft } from "../../../../src/connectors/offsets/slots-left.js";
import { shownConfig } from "../../../../src/connectors/shown-config.js";

const postgres = {
  name: "shop-connector",
  config: {
    "connector.class": "io.debezium.connector.postgresql.PostgresConnector",
    "database.hostname": "db",
    "database.dbname": "shop",
    "slot.name": "shop_slot",
  },
  status: undefined,
};
const slot = {
  name: "shop_slot",
  database: "shop",
  isActive: false,
  walStatus: "reserved",
  confirmedLsn: "0/1",
  restartLsn: "0/1",
  retainedBytes: 512,
};

describe("the slots that a deletion leaves", () => {
  it("are those that PostgreSQL has, with what is kept for each", () => {
    expect(findSlotsLeft([postgres], () => [slot])).toMatchObject([
      { slot: "shop_slot", retainedBytes: 512 },
    ]);
    expect(findSlotsLeft([postgres], () => [])).toEqual([]);
    expect(findSlotsLeft([postgres], () => [{ ...slot, database: "mall" }])).toEqual([]);
  });

  it("are named by the configuration where PostgreSQL was not asked", () => {
    expect(findSlotsLeft([postgres], () => undefined)).toEqual([
      {
        connector: "shop-connector",
        slot: "shop_slot",
        database: "shop",
        postgres: "db:5432",
        retainedBytes: null,
        sql: "SELECT pg_drop_replication_slot('shop_slot');",
      },
    ]);
  });

  it("are none of other connectors, and none whose name only the worker knows", () => {
    const other = { ...postgres, config: { "connector.class": "org.acme.SomeSource" } };
    const provided = { ...postgres, config: { ...postgres.config, "slot.name": "${file:/x:slot}" } };
    expect(findSlotsLeft([other, provided], () => undefined)).toEqual([]);
  });
});

describe("beginning anew", () => {
  it("is recapture for a database's connector of ours, else three commands", () => {
    const ours = { ...postgres, config: { ...postgres.config, "cdc.pipeline.managed": "true" } };
    expect(beginAnewCommand(ours)).toBe("cdc-pipeline recapture shop");
    const three =
      "cdc-pipeline connectors stop NAME && cdc-pipeline connectors offsets --reset --yes NAME && cdc-pipeline connectors resume NAME";
    expect(beginAnewCommand(postgres)).toBe(three.replaceAll("NAME", "shop-connector"));
    expect(beginAnewCommand({ ...ours, name: "my 1st" })).toBe(three.replaceAll("NAME", "'my 1st'"));
  });
});

describe("a configuration, shown", () => {
  it("is sorted, with what is secret hidden and references as they are", () => {
    const shown = shownConfig({ b: "1", "database.password": "x", "a.token": "${file:/run/t:t}" });
    expect(Object.entries(shown.config)).toEqual([
      ["a.token", "${file:/run/t:t}"],
      ["b", "1"],
      ["database.password", "[hidden]"],
    ]);
    expect(shown.hidden).toEqual(["database.password"]);
  });
});

import { describe, expect, it } from "vitest";

import { POSTGRES_CONNECTOR } from "../../../src/doctor/debezium-setting.js";
import { planConnectors, refuseOthers } from "../../../src/rotation/plan-connectors.js";
import { catchCdcError } from "../../support/catch-cdc-error.js";

const REFERENCE = "${directory:/state/secrets:debezium-password}";
const servers = { connectUrl: "http://connect:8083", postgres: { host: "db", port: 5432 } };

const connector = (name: string, changes: Readonly<Record<string, string>> = {}) => ({
  name,
  status: { name, connector: { state: "RUNNING", worker_id: "w" }, tasks: [] },
  config: {
    "connector.class": POSTGRES_CONNECTOR,
    "database.hostname": "db",
    "database.port": "5432",
    "database.user": "debezium_user",
    "database.password": "old",
    "database.dbname": name,
    "cdc.pipeline.managed": "true",
    ...changes,
  },
});

const plan = (config: Readonly<Record<string, string>>, wanted: string, isStale: boolean) =>
  planConnectors([connector("shop", config)], { user: "debezium_user", wanted, isStale, servers });

describe("a connector that logs in as the role", () => {
  it.each([
    ["has the old password", "old", "new", false, "updated"],
    ["has the new one already", "new", "new", false, "unchanged"],
    ["hides what it has", "********", "new", false, "updated"],
    ["is to refer to it from now on", "old", REFERENCE, true, "updated"],
    ["refers to it, and has looked up the old one", REFERENCE, REFERENCE, true, "started"],
    ["refers to it, and has looked up the new one", REFERENCE, REFERENCE, false, "unchanged"],
    ["has a reference of the user's, which stays", "${file:/run/secrets:p}", "new", true, "started"],
    ["has one where the program keeps another", "${file:/run/secrets:p}", REFERENCE, true, "started"],
  ] as const)("%s", (_what, found, wanted, isStale, status) => {
    const [planned] = plan({ "database.password": found }, wanted, isStale);
    expect(planned).toEqual({ name: "shop", database: "shop", status, isOurs: true, state: "RUNNING" });
  });

  it.each([
    ["another role", { "database.user": "somebody" }],
    ["another server", { "database.hostname": "elsewhere" }],
    ["no PostgreSQL", { "connector.class": "org.apache.kafka.connect.file.FileStreamSourceConnector" }],
  ])("is not one of %s", (_what, config) => {
    expect(plan(config, "new", true)).toEqual([]);
  });
});

describe("a connector that somebody else made", () => {
  const theirs = (password: string) => {
    const { config, ...rest } = connector("b", { "database.password": password });
    const unmarked = Object.entries(config).filter(([key]) => key !== "cdc.pipeline.managed");
    return planConnectors([{ ...rest, config: Object.fromEntries(unmarked) }, connector("a")], {
      user: "debezium_user",
      wanted: "new",
      isStale: false,
      servers,
    });
  };

  it("would be locked out: that is refused", async () => {
    const planned = theirs("old");
    expect(planned.map(({ name, isOurs }) => [name, isOurs])).toEqual([
      ["a", true],
      ["b", false],
    ]);
    const error = await catchCdcError(Promise.resolve().then(() => refuseOthers(planned, "debezium_user")));
    expect(error).toMatchObject({ code: "CONNECTOR_NOT_OURS", details: { connectors: ["b"] } });
  });

  it("is no matter where it has the new one", () => {
    expect(() => refuseOthers(theirs("new"), "debezium_user")).not.toThrow();
  });
});

import { describe, expect, it } from "vitest";

import type { RegisteredConnector } from "../../../../src/clients/connect/connect-client.js";
import { checkClasses } from "../../../../src/stages/register/check-classes.js";
import { type ConnectorWork, planOne } from "../../../../src/stages/register/plan-connectors.js";
import { refuseCollisions } from "../../../../src/stages/register/refuse-collisions.js";
import { refuseForeign } from "../../../../src/stages/register/refuse-foreign.js";
import { refuseOtherServer } from "../../../../src/stages/register/refuse-other-server.js";
import { hintFor, isAway } from "../../../../src/stages/register/validation-hints.js";
import { catchCdcError } from "../../../support/catch-cdc-error.js";

const POSTGRES = "io.debezium.connector.postgresql.PostgresConnector";
const MARK = "cdc.pipeline.managed";
const config = (host: string, slot: string, mark = "true") => ({
  "connector.class": POSTGRES,
  "database.hostname": host,
  "database.port": "5432",
  "slot.name": slot,
  [MARK]: mark,
});
const there = (
  name: string,
  settings: Readonly<Record<string, string>>,
  state = "RUNNING",
): RegisteredConnector => ({
  name,
  config: settings,
  status: { name, connector: { state, worker_id: "w" }, tasks: [{ id: 0, state, worker_id: "w" }] },
});
const work = (
  connector: string,
  wanted: Readonly<Record<string, string>>,
  found?: RegisteredConnector,
): Promise<ConnectorWork> =>
  planOne({ connector, database: "shop", want: () => Promise.resolve(wanted) }, found, { adopt: false });

describe("two connectors of one slot", () => {
  it("are refused, both wanted or one there already, whatever the capitals of the host", async () => {
    const [a, b] = [await work("a", config("db", "s")), await work("b", config("DB", "s"))];
    const error = await catchCdcError(() => refuseCollisions([a, b], []));
    expect(error.code).toBe("CONNECTORS_COLLIDE");
    expect(error.message).toContain("a and b: slot s on db:5432");
    expect(
      (await catchCdcError(() => refuseCollisions([a], [there("c", config("db", "s"))]))).message,
    ).toContain("c and a");
  });

  it("are none on two servers, of a slot that the worker looks up, and where nothing changes", async () => {
    const same = config("db", "s");
    refuseCollisions([await work("a", same), await work("b", config("other", "s"))], []);
    refuseCollisions(
      [await work("a", config("db", "${file:/x:y}"))],
      [there("c", config("db", "${file:/x:y}"))],
    );
    refuseCollisions([await work("a", same, there("a", same))], [there("a", same), there("c", same)]);
  });
});

describe("a connector of the name that reads another server", () => {
  const moved = (state = "RUNNING") =>
    work("shop-connector", config("new", "s"), there("shop-connector", config("old", "s"), state));

  it("is refused, naming both, without its slot here or where nobody reads that", async () => {
    for (const slots of [undefined, [], [{ name: "s", isActive: false }]]) {
      const works = [await moved()];
      const error = await catchCdcError(() => refuseOtherServer(works, slots));
      expect(error.code).toBe("CONNECTORS_COLLIDE");
      expect(error.message).toContain("shop-connector reads old:5432, and would read new:5432");
      expect(error.hint).toContain("cdc-pipeline register --adopt --yes shop;");
      expect(error.hint).toContain("cdc-pipeline connectors delete shop-connector");
    }
  });

  it("is the same one under another address where its slot is read, or the old address fails", async () => {
    refuseOtherServer([await moved()], [{ name: "s", isActive: true }]);
    refuseOtherServer([await moved("FAILED")], [{ name: "s", isActive: false }]);
  });
});

describe("somebody else's connectors", () => {
  it("are all named, with whose they are", async () => {
    const wanted = config("db", "s", "files");
    const marks = [undefined, "true", "files:other"];
    const works = await Promise.all(
      marks.map((mark, index) => {
        const marked = Object.entries(config("db", `old-${index}`));
        const rest = Object.fromEntries(marked.filter(([key]) => key !== MARK));
        return work(
          `c${index}`,
          wanted,
          there(`c${index}`, mark === undefined ? rest : { ...rest, [MARK]: mark }),
        );
      }),
    );
    const error = await catchCdcError(() => {
      refuseForeign(works, { adopt: false });
    });
    expect(error.message.split("\n").slice(1)).toEqual([
      "  c0 was not made by cdc-pipeline",
      "  c1 is one of a database",
      "  c2 is one of the set other",
    ]);
    expect(error.details).toEqual({ connectors: ["c0", "c1", "c2"] });
  });
});

describe("the class of a connector", () => {
  const plugins = [POSTGRES, "org.apache.kafka.connect.mirror.MirrorSourceConnector"].map((name) => ({
    class: name,
    type: "source",
    version: "1",
  }));
  const check = (type: string) => checkClasses([{ connector: "a", type }], plugins, "http://w");

  it("may be written as Kafka Connect takes it", () => {
    for (const type of [POSTGRES, "PostgresConnector", "Postgres"]) check(type);
  });

  it("is guessed where it is misspelled", async () => {
    const error = await catchCdcError(() => check("PostgreConnector"));
    expect(error.code).toBe("CONNECTOR_CLASS_MISSING");
    expect(error.hint).toBe(`did you mean ${POSTGRES}? install the plugin there; it has: ${POSTGRES}`);
  });
});

describe("a hint to what a worker says", () => {
  it.each([
    [
      "database.hostname",
      "Unable to connect: Connection to x:1 refused.",
      /as the worker|what the worker sees/,
    ],
    ["database.hostname", 'FATAL: password authentication failed for user "x"', /password is wrong/],
    ["database.hostname", "FATAL: the database system is shutting down", /while it starts or ends/],
    ["slot.name", "Valid replication slot name must contain only digits", /lower-case letters/],
    ["plugin.name", "Value must be one of", /pgoutput/],
    ["topic.prefix", "is invalid", /PREFIX\.SCHEMA\.TABLE/],
  ])("of %s: %s", (field, message, hint) => {
    expect(hintFor(field, message)).toMatch(hint);
  });

  it("tells a PostgreSQL that is away from a configuration that is wrong", () => {
    expect(isAway(["Connection to 127.0.0.1:1 refused. Check that the hostname is correct"])).toBe(true);
    expect(isAway(["FATAL: the database system is starting up"])).toBe(true);
    expect(isAway(['FATAL: password authentication failed for user "x"'])).toBe(false);
  });

  it("is none where nothing is known", () => {
    expect(hintFor("some.key", "some text")).toBeUndefined();
  });
});

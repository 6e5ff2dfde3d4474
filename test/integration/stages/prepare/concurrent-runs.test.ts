import { setTimeout as delay } from "node:timers/promises";

import type { Client } from "pg";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { type DatabaseWish, ensureDatabase } from "../../../../src/stages/prepare/ensure-database.js";
import { makeFunctions } from "../../../support/make-functions.js";
import { createPreparation, type Preparation } from "../../../support/preparation.js";
import { createStageRecorder } from "../../../support/stage.js";

const MYKART = "examples/mykart/schema.sql";

let preparation: Preparation;
beforeEach(async () => {
  preparation = await createPreparation();
});
afterEach(() => preparation.dispose());

const ensure = (database: string, delayMs = 0, wish: Partial<DatabaseWish> = { schemaFile: MYKART }) =>
  delay(delayMs).then(() =>
    ensureDatabase(
      preparation.endpoint,
      { database, mayCreateEmpty: true, ...wish },
      createStageRecorder().context,
      () => undefined,
    ),
  );

async function expectPrepared(database: string): Promise<void> {
  expect(await preparation.facts(database)).toMatchObject({
    role: { login: true, replication: true, createdb: true, superuser: false },
    hasConnect: true,
    schemasWithoutUsage: [],
    schemasWithoutSelect: [],
    ownersWithoutDefaults: [],
    hasProbeTable: true,
    publication: { allTables: true, allOperations: true, owner: preparation.role, isOurs: true },
  });
}

async function expectNothingToDo(databases: readonly string[]): Promise<void> {
  const recorder = await preparation.prepare(databases);
  expect(recorder.summary().filter((line) => !line.endsWith(": unchanged"))).toEqual([]);
}

describe("two runs at once", () => {
  it.each([0, 5, 20, 60, 120])(
    "make one whole database of one name, the second %i ms behind the first",
    async (delayMs) => {
      const database = preparation.nameDatabase();
      const done = await Promise.all([ensure(database), ensure(database, delayMs)]);
      expect(done.map(({ status }) => status).sort()).toEqual(["created", "unchanged"]);
      expect(await preparation.query(database, "SELECT count(*)::int FROM orders")).toEqual([2_000]);
    },
  );

  it("prepare one database", async () => {
    const database = await preparation.createDatabase();
    await Promise.all([preparation.prepare(database), preparation.prepare(database)]);
    await expectPrepared(database);
    await expectNothingToDo([database]);
  });

  it("make, fill and prepare one database", async () => {
    const database = preparation.nameDatabase();
    const run = () => preparation.prepare(database, { wish: { schemaFile: MYKART } });
    await Promise.all([run(), run()]);
    await expectPrepared(database);
    await expectNothingToDo([database]);
  });
});

describe("ten runs at once", () => {
  it("make one database of one name, however they follow each other", async () => {
    for (let round = 1; round <= 4; round++) {
      const database = preparation.nameDatabase();
      const runs = Array.from({ length: 10 }, (_, index) => ensure(database, index * 12, {}));
      const done = await Promise.all(runs);
      expect(done.filter(({ status }) => status === "created")).toHaveLength(1);
    }
  });

  it("make the functions of one database", async () => {
    for (let round = 1; round <= 4; round++) {
      const database = await preparation.createDatabase();
      const clients = await Promise.all(Array.from({ length: 10 }, () => preparation.connect(database)));
      const make = (client: Client) => makeFunctions(client, preparation);
      const done = await Promise.all(clients.map(make));
      expect(done.filter(({ status }) => status === "created")).toHaveLength(1);
    }
  });

  it("prepare ten databases with one role", async () => {
    const databases: string[] = [];
    for (let index = 0; index < 10; index++) databases.push(await preparation.createDatabase());
    const recorders = await Promise.all(databases.map((database) => preparation.prepare(database)));
    const makers = recorders.filter((recorder) => recorder.steps()[1]?.status === "created");
    expect(makers).toHaveLength(1);
    for (const database of databases) await expectPrepared(database);
    await expectNothingToDo(databases);
  });

  it("complete a role that lacks rights", async () => {
    await preparation.createRole(preparation.role);
    const databases: string[] = [];
    for (let index = 0; index < 10; index++) databases.push(await preparation.createDatabase());
    await Promise.all(databases.map((database) => preparation.prepare(database)));
    for (const database of databases) await expectPrepared(database);
  });

  it("make, fill and prepare ten databases", async () => {
    const databases = Array.from({ length: 10 }, () => preparation.nameDatabase());
    const run = (database: string) => preparation.prepare(database, { wish: { schemaFile: MYKART } });
    await Promise.all(databases.map(run));
    await expectNothingToDo(databases);
  });
});

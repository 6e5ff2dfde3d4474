import { afterEach, beforeEach, describe, expect, it } from "vitest";

import type { CdcError } from "../../../../src/errors.js";
import { namesOf } from "../../../../src/names.js";
import { runStage } from "../../../../src/run-stage.js";
import { listDatabases } from "../../../../src/stages/prepare/facts/list-databases.js";
import { prepare } from "../../../../src/stages/prepare/prepare.js";
import { catchCdcError } from "../../../support/catch-cdc-error.js";
import { createPreparation, type Preparation } from "../../../support/preparation.js";
import { createStageRecorder } from "../../../support/stage.js";

let preparation: Preparation;
beforeEach(async () => {
  preparation = await createPreparation();
});
afterEach(() => preparation.dispose());

async function createDatabases(count: number, sql?: string): Promise<string[]> {
  const databases: string[] = [];
  for (let index = 0; index < count; index++) {
    const database = await preparation.createDatabase();
    if (sql !== undefined) await preparation.query(database, sql);
    databases.push(database);
  }
  return databases;
}

const isPrepared = async (database: string) =>
  (await preparation.query(database, "SELECT pubname::text FROM pg_publication")).length === 1;

describe("prepare of several databases", () => {
  it("works on them side by side once the first has made the role", async () => {
    const databases = await createDatabases(6);
    const recorder = await preparation.prepare(databases);
    const begun = recorder.events.flatMap((event) =>
      event.type === "step-start" && event.step.startsWith("database ") ? [event] : [],
    );
    const ended = recorder.events.flatMap((event) =>
      event.type === "step-end" && event.step.startsWith("access") ? [event] : [],
    );
    const at = (event: unknown) => recorder.events.indexOf(event as (typeof recorder.events)[number]);
    expect(begun.map(({ database }) => database)).toEqual(databases);
    expect(at(ended[0])).toBeLessThan(at(begun[1]));
    expect(Math.max(...begun.map(at))).toBeLessThan(at(ended[1]));
    expect(new Set(ended.map(({ database }) => database))).toEqual(new Set(databases));
  });

  it("prepares the others when one fails, and ends with its error", async () => {
    const [good1 = "", bad = "", good2 = ""] = await createDatabases(3);
    await preparation.query(bad, "CREATE TABLE log (line text)");
    const recorder = createStageRecorder();
    const error = await catchCdcError(preparation.prepare([bad, good1, good2], { recorder }));
    expect(error).toMatchObject({ code: "TABLES_WITHOUT_IDENTITY" });
    expect(error.message).toContain(bad);
    expect(await Promise.all([good1, good2, bad].map(isPrepared))).toEqual([true, true, false]);
    expect(recorder.events.at(-1)).toMatchObject({ type: "stage-end", status: "failed" });
    // What they share is there as well.
    const functions = "SELECT count(*)::int FROM pg_proc WHERE proname LIKE 'setup_debezium%'";
    expect(await preparation.query(preparation.endpoint.adminDatabase, functions)).toEqual([2]);
  });

  it("names each of several that fail, with its code, and tells a program all", async () => {
    const [good = "", bad = ""] = await createDatabases(2);
    await preparation.query(bad, "CREATE TABLE log (line text)");
    const missing = `${preparation.id}_nowhere`;
    const error: CdcError = await catchCdcError(
      preparation.prepare([missing, bad, good], { wish: { mayCreateEmpty: false } }),
    );
    expect(error).toMatchObject({
      code: "SEVERAL_FAILED",
      details: {
        failures: [
          { database: missing, code: "DATABASE_MISSING" },
          { database: bad, code: "TABLES_WITHOUT_IDENTITY", details: { tables: ["public.log"] } },
        ],
      },
    });
    expect(error.message.split("\n")).toEqual([
      "2 databases failed:",
      expect.stringMatching(`^${missing}: DATABASE_MISSING: there is no database`),
      expect.stringMatching(`^${bad}: TABLES_WITHOUT_IDENTITY: in ${bad}`),
    ]);
    expect(error.hint).toContain(`${bad}: in the database, add primary keys`);
    expect(await isPrepared(good)).toBe(true);
  });

  it("begins no other one once it is interrupted", async () => {
    const databases = await createDatabases(3);
    const recorder = createStageRecorder();
    const report = recorder.context.report;
    const context = {
      ...recorder.context,
      report: (event: Parameters<typeof report>[0]) => {
        report(event);
        if (event.type === "step-end" && event.step.startsWith("role ")) recorder.abort();
      },
    };
    const options = preparation.options(databases);
    const run = runStage("prepare", context, (stage) => prepare(options, stage, context));
    await expect(run).rejects.toThrow(/abort/i);
    expect(await Promise.all(databases.map(isPrepared))).toEqual([true, false, false]);
  });
});

describe("prepare refuses", () => {
  const used = async () =>
    Number(
      (await preparation.query("postgres", "SELECT count(*)::int FROM pg_replication_slots"))[0] ??
        Number.NaN,
    );

  it("all of the databases when the server has not a slot for each, and makes nothing", async () => {
    const databases = Array.from({ length: 101 }, (_, index) =>
      preparation.nameDatabase(`${preparation.id}_${index}`),
    );
    const error = await catchCdcError(preparation.prepare(databases));
    expect(error).toMatchObject({
      code: "SLOTS_EXHAUSTED",
      message: expect.stringMatching(
        /^max_replication_slots is 100, \d+ are used and \d+ are free; 101 databases without a slot need 101/,
      ) as string,
      hint: expect.stringMatching(
        /^ALTER SYSTEM SET max_replication_slots = \d+; and restart PostgreSQL$/,
      ) as string,
      details: { setting: "max_replication_slots", max: 100, needed: 101 },
    });
    const left = `SELECT datname FROM pg_database WHERE datname LIKE '${preparation.id}\\_%' AND datname <> '${preparation.endpoint.adminDatabase}'`;
    expect(await preparation.query("postgres", left)).toEqual([]);
  });

  it("no database that has its slot already, and names slots that nobody reads", async () => {
    const [database = ""] = await createDatabases(1);
    await preparation.prepare(database);
    const { slot } = namesOf(database);
    await preparation.query(database, `SELECT pg_create_logical_replication_slot('${slot}', 'pgoutput')`);
    expect(await used()).toBeGreaterThan(0);
    await preparation.prepare(database);
    const others = Array.from({ length: 100 }, (_, index) => `${preparation.id}_${index}_none`);
    const error = await catchCdcError(
      preparation.prepare([database, ...others], { wish: { mayCreateEmpty: false } }),
    );
    expect(error.details).toMatchObject({ needed: 100, inactive: expect.arrayContaining([slot]) as unknown });
  });

  it.each([
    ["a template", "IS_TEMPLATE true", /is a template: databases are made from it$/, /IS_TEMPLATE false;$/],
    [
      "one that takes no connections",
      "ALLOW_CONNECTIONS false",
      /takes no connections$/,
      /ALLOW_CONNECTIONS true;$/,
    ],
  ])("%s by name", async (_what, option, message, hint) => {
    const [database = ""] = await createDatabases(1);
    await preparation.query("postgres", `ALTER DATABASE ${database} ${option}`);
    try {
      const error = await catchCdcError(preparation.prepare(database));
      expect(error.code).toBe("DATABASE_UNSUITABLE");
      expect(error.message).toMatch(message);
      expect(error.hint).toMatch(hint);
    } finally {
      await preparation.query(
        "postgres",
        `ALTER DATABASE ${database} ${option.replace("true", "false").replace("CONNECTIONS false", "CONNECTIONS true")}`,
      );
    }
  });
});

describe("all databases of a server", () => {
  it("are those that can be prepared; the others are named with the reason", async () => {
    const [app = "", template = "", closed = "", named = ""] = await createDatabases(4);
    await preparation.query("postgres", `ALTER DATABASE ${template} IS_TEMPLATE true`);
    await preparation.query("postgres", `ALTER DATABASE ${closed} ALLOW_CONNECTIONS false`);
    const recorder = createStageRecorder();
    const found = await listDatabases(preparation.endpoint, [named], recorder.context);
    await preparation.query("postgres", `ALTER DATABASE ${template} IS_TEMPLATE false`);
    expect(found).toContain(app);
    for (const other of [
      template,
      closed,
      named,
      "template0",
      "template1",
      preparation.endpoint.adminDatabase,
    ]) {
      expect(found).not.toContain(other);
    }
    const [notice] = recorder.events.flatMap((event) => (event.type === "notice" ? [event.message] : []));
    expect(notice).toContain(`${template} (a template)`);
    expect(notice).toContain(`${closed} (takes no connections)`);
    expect(notice).toContain("template1 (a template)");
    expect(notice).toContain(
      `${preparation.endpoint.adminDatabase} (the administrator's; name it to have it prepared)`,
    );
    expect(notice).not.toContain(named);
  });
});

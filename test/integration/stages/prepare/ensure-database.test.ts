import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { draftPrefix } from "../../../../src/stages/prepare/database-draft.js";
import { type DatabaseWish, ensureDatabase } from "../../../../src/stages/prepare/ensure-database.js";
import { createPreparation, type Preparation } from "../../../support/preparation.js";
import { createStageRecorder } from "../../../support/stage.js";

const MYKART = "examples/mykart/schema.sql";

let preparation: Preparation;
let folder: string;
let database: string;
beforeEach(async () => {
  preparation = await createPreparation();
  folder = await mkdtemp(join(tmpdir(), "ensure-database-"));
  database = preparation.nameDatabase();
});
afterEach(async () => {
  await rm(folder, { recursive: true });
  await preparation.dispose();
});

interface Options extends Partial<DatabaseWish> {
  readonly signal?: AbortSignal;
  readonly update?: (message: string) => void;
}

const ensure = ({ signal, update = () => undefined, ...wish }: Options = {}) => {
  const { context } = createStageRecorder();
  const interruptible = signal === undefined ? context : { ...context, signal };
  return ensureDatabase(
    preparation.endpoint,
    { database, mayCreateEmpty: true, ...wish },
    interruptible,
    update,
  );
};

async function sqlFile(sql: string): Promise<string> {
  const path = join(folder, "shop.sql");
  await writeFile(path, sql);
  return path;
}

/** The databases that bear the test's id in their name or comment, the administrator's left out. */
const databases = () =>
  preparation.query(
    "postgres",
    `SELECT datname FROM pg_database
      WHERE strpos(datname || coalesce(shobj_description(oid, 'pg_database'), ''), '${preparation.id}') > 0
        AND datname <> '${preparation.endpoint.adminDatabase}'`,
  );

/** A draft as a killed run leaves it. */
async function leaveDraft(name: string, of = database): Promise<string> {
  await preparation.createDatabase(name);
  await preparation.query(
    "postgres",
    `COMMENT ON DATABASE "${name}" IS 'Made by cdc-pipeline: draft of ${of}'`,
  );
  return name;
}

describe("ensureDatabase", () => {
  it("makes an empty database and marks it", async () => {
    await expect(ensure()).resolves.toMatchObject({ status: "created", detail: "empty" });
    expect(await databases()).toEqual([database]);
    const comment = `SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = '${database}'`;
    expect(await preparation.query(database, comment)).toEqual(["Made by cdc-pipeline"]);
    expect(await preparation.query(database, "SELECT relname FROM pg_class WHERE oid >= 16384")).toEqual([]);
  });

  it("fills a new database from a file, tells how far it is, and then finds it there", async () => {
    const update = vi.fn<(message: string) => void>();
    const first = await ensure({ schemaFile: MYKART, update });
    const statements = Number(/^(\d+) statements of schema\.sql$/.exec(first.detail ?? "")?.[1]);
    expect(first.status).toBe("created");
    expect(update).toHaveBeenNthCalledWith(1, `1 of ${statements} statements`);
    expect(update).toHaveBeenLastCalledWith(`${statements} of ${statements} statements`);
    expect(await preparation.query(database, "SELECT count(*)::int FROM orders")).toEqual([2_000]);
    await expect(ensure({ schemaFile: MYKART })).resolves.toMatchObject({ status: "unchanged" });
    expect(await databases()).toEqual([database]);
  });

  it.each([
    ["quotes and a semicolon", (id: string) => `my "kart"; drop ${id}`],
    ["63 bytes", (id: string) => id.padEnd(63, "x")],
    ["letters of many kinds", (id: string) => `店 Бюро 🛒 ' \\ % ${id}`],
  ])("makes a database whose name has %s", async (_what, nameOf) => {
    const name = preparation.nameDatabase(nameOf(preparation.id));
    await expect(ensure({ database: name, schemaFile: MYKART })).resolves.toMatchObject({
      status: "created",
    });
    expect(await databases()).toEqual([name]);
    await expect(ensure({ database: name })).resolves.toMatchObject({ status: "unchanged" });
  });

  it.each([
    ["that differs", () => sqlFile("CREATE TABLE other (id int)")],
    ["that would fail", () => sqlFile("selct 1")],
    ["that is not there", () => Promise.resolve(join(folder, "nowhere.sql"))],
  ])("never touches a database that exists, given a file %s", async (_what, makeFile) => {
    await preparation.createDatabase(database);
    await preparation.query(database, "CREATE TABLE mine (id int)");
    const schemaFile = await makeFile();
    const done = await ensure({ schemaFile, isSchemaAsked: true });
    expect(done).toMatchObject({ status: "unchanged", detail: "exists; the SQL file was not loaded" });
    const tables = "SELECT relname::text FROM pg_class WHERE oid >= 16384 AND relkind = 'r'";
    expect(await preparation.query(database, tables)).toEqual(["mine"]);
    const comment = `SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = '${database}'`;
    expect(await preparation.query(database, comment)).toEqual([null]);
  });

  it("never touches a database with somebody connected to it", async () => {
    await preparation.createDatabase(database);
    const client = await preparation.connect(database);
    await expect(ensure({ schemaFile: MYKART })).resolves.toMatchObject({ status: "unchanged" });
    expect((await client.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
  });

  it("leaves neither a database nor a draft behind when a statement fails", async () => {
    const schemaFile = await sqlFile("CREATE TABLE a (id int);\nINSERT INTO a VALUES (1);\nselct 2;");
    await expect(ensure({ schemaFile })).rejects.toMatchObject({
      code: "SCHEMA_FAILED",
      message: expect.stringContaining(`${schemaFile}:3`) as string,
    });
    expect(await databases()).toEqual([]);
    await expect(ensure({ schemaFile: MYKART })).resolves.toMatchObject({ status: "created" });
  });

  it.each([
    ["cannot be read", () => Promise.resolve(join(folder, "nowhere.sql")), "SCHEMA_UNREADABLE"],
    ["asks for psql", () => sqlFile("\\connect other\n"), "SCHEMA_UNSUPPORTED"],
  ])("makes nothing for a file that %s", async (_what, makeFile, code) => {
    await expect(ensure({ schemaFile: await makeFile() })).rejects.toMatchObject({ code });
    expect(await databases()).toEqual([]);
  });

  it("leaves nothing behind when it is interrupted in the middle of the file", async () => {
    const controller = new AbortController();
    const schemaFile = await sqlFile("CREATE TABLE a (id int);\nSELECT pg_sleep(60);");
    const startedAt = performance.now();
    const run = ensure({ schemaFile, signal: controller.signal, update: () => controller.abort() });
    await expect(run).rejects.toMatchObject({ code: "INTERRUPTED" });
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    expect(await databases()).toEqual([]);
  });

  it("removes the drafts of a killed run, and of no other database", async () => {
    await leaveDraft(`${draftPrefix(database)}1`);
    await preparation.connect(await leaveDraft(`${draftPrefix(database)}2`));
    const other = `${database}_other`;
    const others = await leaveDraft(`${draftPrefix(other)}1`, other);
    await expect(ensure()).resolves.toMatchObject({ status: "created" });
    expect((await databases()).sort()).toEqual([database, others].sort());
  });

  it("never takes a database that got its real name for a draft, even where its comment says so", async () => {
    const real = await leaveDraft(`${preparation.id}_renamed_by_its_owner`);
    await expect(ensure()).resolves.toMatchObject({ status: "created" });
    expect((await databases()).sort()).toEqual([database, real].sort());
  });

  it("tells of a database that appeared while the file was loaded, and leaves it as it is", async () => {
    const schemaFile = await sqlFile("SELECT 1; SELECT pg_sleep(0.5)");
    const run = ensure({ schemaFile });
    await expect.poll(databases).toHaveLength(1);
    await preparation.createDatabase(database);
    await preparation.query(database, "CREATE TABLE theirs (id int)");
    await expect(run).resolves.toMatchObject({
      status: "unchanged",
      detail: "made by another run meanwhile",
    });
    expect(await databases()).toEqual([database]);
    expect(await preparation.query(database, "SELECT to_regclass('theirs')::text")).toEqual(["theirs"]);
  });

  it("does so even if the other commits its name at the same moment", async () => {
    const theirs = await preparation.createDatabase();
    const other = await preparation.connect("postgres");
    await other.query(`BEGIN; ALTER DATABASE ${theirs} RENAME TO ${database}`);
    const run = ensure({ schemaFile: await sqlFile("SELECT 1") });
    const waiting = `SELECT count(*)::int FROM pg_stat_activity
      WHERE wait_event_type = 'Lock' AND query LIKE 'ALTER DATABASE %${database}%'`;
    const settled = run.then(
      (done) => done,
      (error: unknown) => error,
    );
    await expect.poll(() => preparation.query("postgres", waiting)).toEqual([1]);
    await other.query("COMMIT");
    expect(await settled).toMatchObject({ status: "unchanged", detail: "made by another run meanwhile" });
    expect(await databases()).toEqual([database]);
  });
});

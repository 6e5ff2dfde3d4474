import { readFile } from "node:fs/promises";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { forget } from "../../../src/teardown/forget/forget.js";
import type { ForgetOptions } from "../../../src/teardown/forget/forget-options.js";
import { planForgetting } from "../../../src/teardown/forget/plan-forgetting.js";
import { dumpDatabase, dumpGlobals } from "../../support/dump-database.js";
import { type FakeConnect, startFakeConnect } from "../../support/fake-connect.js";
import { createPreparation, type Preparation, type PrepareOverrides } from "../../support/preparation.js";
import { createStageRecorder } from "../../support/stage.js";

let preparation: Preparation;
let connect: FakeConnect;
let database: string;
beforeEach(async () => {
  preparation = await createPreparation();
  connect = await startFakeConnect();
  database = await preparation.createDatabase();
});
afterEach(async () => {
  await connect.close();
  await preparation.dispose();
});

function optionsFor(databases: readonly string[], overrides: Partial<ForgetOptions> = {}): ForgetOptions {
  const { endpoint, role, publication } = preparation;
  const { host, port } = endpoint;
  const more = { dropsRole: true, force: false, forceCommand: "cdc-pipeline forget --force" };
  return {
    databases,
    postgres: endpoint,
    postgresFromConnect: { host, port },
    connect,
    role,
    publication,
    ...more,
    ...overrides,
  };
}

/** What goes, by the plan and by the run; the two must agree. */
async function forgetAll(databases: readonly string[], overrides?: Partial<ForgetOptions>) {
  const options = optionsFor(databases, overrides);
  const plan = await planForgetting(options, createStageRecorder().context);
  const recorder = createStageRecorder();
  await recorder.run("forget", (stage, context) => forget(options, stage, context));
  const removed = recorder.steps().filter(({ status }) => status === "removed");
  const planned = plan.filter(({ status }) => status === "removed").map(({ step }) => step);
  expect(removed.map(({ step }) => step)).toEqual(planned);
  return { removed: planned, steps: recorder.steps() };
}

/** Everything of the databases, and what bears this test's id of all roles. */
async function stateOf(databases: readonly string[]): Promise<string[]> {
  const { host, port, adminUser: user, adminPassword: password, adminDatabase } = preparation.endpoint;
  const server = { host, port, user, password };
  const globals = (await dumpGlobals(server)).filter((line) => line.includes(preparation.id));
  const dumps: string[] = [];
  for (const name of [...databases, adminDatabase]) dumps.push(...(await dumpDatabase(server, name)));
  return [...globals, ...dumps];
}

const sql = (text: string) => preparation.query(database, text);
const TABLES = `
  CREATE TABLE orders (id int PRIMARY KEY, note text);
  COMMENT ON TABLE orders IS 'of the shop';
  CREATE VIEW notes AS SELECT note FROM orders;
  CREATE SCHEMA "Sales EU";
  CREATE TABLE "Sales EU".customers (id int PRIMARY KEY, "full name" text);`;

/** Somebody has made the role before, and has given it rights of all kinds. */
async function makeOwnRole(): Promise<void> {
  const { role, id } = preparation;
  await preparation.createRole(role, "REPLICATION CREATEDB");
  await preparation.createRole(`${id}_app`);
  await sql(`${TABLES}
    ALTER SCHEMA "Sales EU" OWNER TO ${id}_app;
    ALTER TABLE "Sales EU".customers OWNER TO ${id}_app;
    COMMENT ON ROLE ${role} IS 'of the data team';
    ALTER ROLE ${role} SET statement_timeout = '1min';
    GRANT USAGE ON SCHEMA public TO ${role};
    GRANT SELECT, INSERT ON orders TO ${role};
    GRANT SELECT (id), UPDATE (id) ON "Sales EU".customers TO ${role};
    GRANT SELECT ("full name") ON "Sales EU".customers TO ${role} WITH GRANT OPTION;
    GRANT CONNECT ON DATABASE ${database} TO ${role};
    ALTER DEFAULT PRIVILEGES FOR ROLE ${id}_app GRANT SELECT, INSERT ON TABLES TO ${role};
    ALTER DEFAULT PRIVILEGES FOR ROLE ${id}_app IN SCHEMA public GRANT SELECT ON TABLES TO ${role};`);
}

interface Scenario {
  readonly name: string;
  readonly before?: () => Promise<unknown>;
  readonly overrides?: () => PrepareOverrides;
}

const SCENARIOS: readonly Scenario[] = [
  { name: "an empty database" },
  {
    name: "mykart",
    before: async () => sql(await readFile("examples/mykart/schema.sql", "utf8")),
  },
  { name: "publish: tables", before: () => sql(TABLES), overrides: () => ({ publish: "tables" }) },
  { name: "signals", before: () => sql(TABLES), overrides: () => ({ signals: true }) },
  {
    name: "some schemas, and a database that is not open to everybody",
    before: () => sql(`${TABLES} REVOKE CONNECT ON DATABASE ${database} FROM PUBLIC`),
    overrides: () => ({ schemas: ["Sales EU"] }),
  },
  { name: "a role of somebody else with rights of its own", before: makeOwnRole },
  {
    name: "a publication of somebody else",
    before: () => sql(`${TABLES} CREATE PUBLICATION ${preparation.publication} FOR ALL TABLES`),
  },
  {
    name: "a function of somebody else",
    before: () =>
      sql("CREATE FUNCTION setup_debezium_schema_permissions() RETURNS void LANGUAGE sql AS 'SELECT'"),
  },
];

describe("a database is as it was before it was prepared", () => {
  it.each(SCENARIOS)("$name", async ({ before, overrides }) => {
    await before?.();
    const state = await stateOf([database]);
    await preparation.prepare(database, overrides?.());
    expect(await stateOf([database])).not.toEqual(state);
    await forgetAll([database]);
    expect(await stateOf([database])).toEqual(state);
    expect((await forgetAll([database])).removed).toEqual([]);
    expect(await stateOf([database])).toEqual(state);
  });

  it("with an administrator who is no superuser", async () => {
    const { id, role, endpoint } = preparation;
    const boss = await preparation.createRole(`${id}_boss`, "CREATEDB CREATEROLE");
    for (const name of [database, endpoint.adminDatabase])
      await preparation.query(name, `ALTER DATABASE ${name} OWNER TO ${boss.user}`);
    await preparation.query(database, TABLES, boss);
    await preparation.createRole(role, "REPLICATION");
    const state = await stateOf([database]);
    const own = { adminUser: boss.user, adminPassword: boss.password };
    await preparation.prepare(database, { endpoint: own });
    await forgetAll([database], { postgres: { ...endpoint, ...own } });
    expect(await stateOf([database])).toEqual(state);
  });
});

describe("what came after", () => {
  it("loses the rights that default privileges gave, and what else there is stays", async () => {
    await sql(TABLES);
    await preparation.prepare(database);
    await sql(
      "CREATE TABLE later (id int PRIMARY KEY); CREATE SCHEMA more; CREATE TABLE more.later (id int)",
    );
    await forgetAll([database]);
    const rights = "SELECT count(*)::int FROM pg_class WHERE relacl::text LIKE '%debezium%'";
    expect(await sql(rights)).toEqual([0]);
    expect(
      await preparation.query("postgres", `SELECT FROM pg_roles WHERE rolname = '${preparation.role}'`),
    ).toEqual([]);
  });

  it("keeps the role where it was given more than prepare gives, and says what", async () => {
    await sql(TABLES);
    await preparation.prepare(database);
    await sql(`GRANT INSERT ON orders TO ${preparation.role}; CREATE TABLE cdc_pipeline.mine (id int)`);
    const { steps } = await forgetAll([database]);
    const detailOf = (name: string) => steps.find(({ step }) => step === name)?.detail;
    expect(detailOf(`rights of ${preparation.role}`)).toContain(
      "stays: what prepare does not give: table orders",
    );
    expect(detailOf("schema cdc_pipeline")).toBe("stays: it holds table cdc_pipeline.mine");
    expect(detailOf(`role ${preparation.role}`)).toBe(`stays: needed by ${database}`);
    expect(await sql("SELECT to_regclass('cdc_pipeline.mine') IS NOT NULL")).toEqual([true]);
    expect((await forgetAll([database])).removed).toEqual([]);
  });
});

describe("of two databases", () => {
  it("the other stays as it was, with the role and the functions; they go with it", async () => {
    const other = await preparation.createDatabase();
    await sql(TABLES);
    const state = await stateOf([database, other]);
    await preparation.prepare(other);
    const withOther = await stateOf([database, other]);
    await preparation.prepare(database);
    await forgetAll([database]);
    expect(await stateOf([database, other])).toEqual(withOther);
    await forgetAll([database, other]);
    expect(await stateOf([database, other])).toEqual(state);
  });

  it("rights that the role of cdc-pipeline had before in one of them stay", async () => {
    const other = await preparation.createDatabase();
    await preparation.prepare(other);
    await sql(`${TABLES} GRANT SELECT ON orders TO ${preparation.role}`);
    const state = await stateOf([database, other]);
    await preparation.prepare(database);
    await forgetAll([database]);
    expect(await stateOf([database, other])).toEqual(state);
  });

  it("one that does not exist any more is no failure, and the other is forgotten", async () => {
    const state = await stateOf([database]);
    await preparation.prepare(database);
    const { steps } = await forgetAll([`${preparation.id}_gone`, database]);
    expect(steps[0]).toMatchObject({ status: "unchanged", detail: "there is none" });
    expect(await stateOf([database])).toEqual(state);
  });
});

describe("what others use stays", () => {
  const foreign = () => ({
    "connector.class": "io.debezium.connector.postgresql.PostgresConnector",
    "database.hostname": preparation.endpoint.host,
    "database.port": String(preparation.endpoint.port),
    "database.dbname": database,
    "database.user": preparation.role,
    "slot.name": `${preparation.id}_theirs`,
    "topic.prefix": "theirs",
    "publication.name": preparation.publication,
  });

  it("for a connector of somebody else: its slot, the publication, the rights and the role", async () => {
    await preparation.prepare(database);
    connect.configs.set("theirs", foreign());
    await sql(`SELECT pg_create_logical_replication_slot('${preparation.id}_theirs', 'pgoutput')`);
    const { removed } = await forgetAll([database]);
    // The last are those of the administrator's database.
    expect(removed).toEqual([
      "function setup_debezium_schema_permissions",
      "function setup_debezium_for_database",
      "function setup_debezium_schema_permissions",
    ]);
    expect(connect.writes()).toEqual([]);
    expect(
      await sql("SELECT slot_name FROM pg_replication_slots WHERE database = current_database()"),
    ).toEqual([`${preparation.id}_theirs`]);
  });

  it("a slot of which nobody knows what it reads keeps the publication alone", async () => {
    await preparation.prepare(database);
    await sql(`SELECT pg_create_logical_replication_slot('${preparation.id}_theirs', 'pgoutput')`);
    const { removed } = await forgetAll([database]);
    expect(removed).toContain("schema cdc_pipeline");
    expect(await sql("SELECT pubname FROM pg_publication")).toEqual([preparation.publication]);
  });

  it("one that is known to read another publication, or another server, keeps nothing", async () => {
    await preparation.prepare(database);
    connect.configs.set("theirs", { ...foreign(), "publication.name": "other", "database.user": "other" });
    connect.configs.set("elsewhere", { ...foreign(), "database.hostname": "db.example.com" });
    await sql(`SELECT pg_create_logical_replication_slot('${preparation.id}_theirs', 'pgoutput')`);
    const { removed } = await forgetAll([database]);
    expect(removed).toContain(`publication ${preparation.publication}`);
    expect(removed).toContain(`role ${preparation.role}`);
  });
});

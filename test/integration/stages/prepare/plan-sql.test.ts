import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { planDatabases } from "../../../../src/stages/prepare/plan-databases.js";
import { renderPlanSql } from "../../../../src/ui/render-plan-sql.js";
import { catalogState } from "../../../support/catalog-state.js";
import { createPreparation, type Preparation, type PrepareOverrides } from "../../../support/preparation.js";
import { createStageRecorder } from "../../../support/stage.js";

const MYKART = "examples/mykart/schema.sql";

let byProgram: Preparation;
let byHand: Preparation;
beforeEach(async () => {
  [byProgram, byHand] = await Promise.all([createPreparation(), createPreparation()]);
});
afterEach(async () => {
  await byProgram.dispose();
  await byHand.dispose();
});

async function planOf(preparation: Preparation, databases: readonly string[], overrides?: PrepareOverrides) {
  const options = preparation.options(databases, overrides);
  const prepare = await planDatabases(options, createStageRecorder().context);
  return { deploy: [], prepare, register: [], verify: [], unplanned: [] };
}

/** Plans for one, prints the SQL, and hands it to psql; nobody else touches the database. */
async function runByHand(databases: readonly string[], overrides?: PrepareOverrides): Promise<string> {
  const sql = renderPlanSql(await planOf(byHand, databases, overrides));
  const { host, port, adminUser, adminPassword, adminDatabase } = byHand.endpoint;
  await execa("psql", ["-X", "-q", "-f", "-"], {
    input: sql,
    env: {
      PGHOST: host,
      PGPORT: String(port),
      PGUSER: adminUser,
      PGPASSWORD: adminPassword,
      PGDATABASE: adminDatabase,
      CDC_PIPELINE_DEBEZIUM_PASSWORD: byHand.password,
    },
  });
  return sql;
}

/** Makes the same databases for both, prepares one set and runs the printed SQL on the other. */
async function expectSameState(
  nameOf: (id: string) => string,
  fill: (id: string) => string,
  overrides?: PrepareOverrides,
): Promise<string> {
  const names = [byProgram, byHand].map(({ id }) => nameOf(id));
  for (const [index, preparation] of [byProgram, byHand].entries()) {
    for (const owner of ["ann", "bob"]) await preparation.createRole(`${preparation.id}_${owner}`);
    const database = await preparation.createDatabase(names[index]);
    await preparation.query(database, fill(preparation.id));
  }
  const [programs = "", hands = ""] = names;
  await byProgram.prepare(programs, overrides);
  const sql = await runByHand([hands], overrides);
  await expectEqual(programs, hands, overrides);
  return sql;
}

async function expectEqual(programs: string, hands: string, overrides?: PrepareOverrides): Promise<void> {
  const expected = await catalogState(byProgram, programs);
  expect(expected.length).toBeGreaterThan(5);
  expect(await catalogState(byHand, hands)).toEqual(expected);
  const { adminDatabase } = byHand.endpoint;
  expect(await catalogState(byHand, adminDatabase)).toEqual(
    await catalogState(byProgram, byProgram.endpoint.adminDatabase),
  );
  // And the program finds nothing left to do.
  const { prepare } = await planOf(byHand, [hands], overrides);
  expect(prepare.flatMap(({ steps }) => steps.flatMap(({ sql: left }) => left))).toEqual([]);
}

const OWNERS = (id: string) => `
  CREATE TABLE products (id int PRIMARY KEY); CREATE SCHEMA "Sales ""EU"""; CREATE SCHEMA parts AUTHORIZATION ${id}_bob;
  GRANT CREATE ON SCHEMA "Sales ""EU""" TO ${id}_ann; CREATE TABLE "Sales ""EU""".orders (id int PRIMARY KEY);
  ALTER TABLE "Sales ""EU""".orders OWNER TO ${id}_ann;
  CREATE TABLE parts.p (id int PRIMARY KEY) PARTITION BY RANGE (id);
  CREATE TABLE parts.p1 PARTITION OF parts.p FOR VALUES FROM (0) TO (10)`;

describe("the SQL of a plan, run by hand with psql, leaves what prepare leaves", () => {
  it("in an empty database", async () => {
    const sql = await expectSameState(
      (id) => `${id}_0`,
      () => "SELECT 1",
    );
    expect(sql).not.toContain(byHand.password);
    expect(sql).toContain("PASSWORD :'debezium_password'");
  });

  it("in one with several owners, schemas and partitions", async () => {
    await expectSameState((id) => `${id}_0`, OWNERS);
  });

  it.each([
    ["quotes, a semicolon and a backslash", (id: string) => `my "kart's"; \\q ${id}`],
    ["the looks of a connection string", (id: string) => `dbname=x host=y ${id}`],
    ["a line break and other alphabets", (id: string) => `店\nбюро ${id}`],
  ])("in one whose name has %s", async (_what, nameOf) => {
    await expectSameState(nameOf, OWNERS);
  });

  it("for chosen schemas and explicit tables", async () => {
    await expectSameState((id) => `${id}_0`, OWNERS, { schemas: ["public"], publish: "tables" });
  });

  it("where only a part is missing", async () => {
    const names = await Promise.all([byProgram.createDatabase(), byHand.createDatabase()]);
    for (const [index, preparation] of [byProgram, byHand].entries()) {
      const [database = ""] = names.slice(index);
      await preparation.prepare(database);
      await preparation.query(
        database,
        `CREATE SCHEMA later; CREATE TABLE later.t (id int PRIMARY KEY); REVOKE SELECT ON cdc_pipeline.probe FROM ${preparation.role};
         ALTER ROLE ${preparation.role} NOREPLICATION`,
      );
    }
    await byProgram.prepare(names[0]);
    const sql = await runByHand([names[1]]);
    expect(sql).not.toContain("debezium_password");
    await expectEqual(names[0], names[1]);
  });

  it("for a database that is missing, made from its file", async () => {
    const names = [byProgram.nameDatabase(), byHand.nameDatabase()] as const;
    const overrides = { wish: { schemaFile: MYKART } };
    await byProgram.prepare(names[0], overrides);
    const sql = await runByHand([names[1]], overrides);
    expect(sql).toContain(`\\i '${MYKART}'`);
    await expectEqual(names[0], names[1]);
  });

  it("for several at once, each in a transaction of its own", async () => {
    const hands = [await byHand.createDatabase(), await byHand.createDatabase()];
    const programs = [await byProgram.createDatabase(), await byProgram.createDatabase()];
    await byProgram.prepare(programs);
    const sql = await runByHand(hands);
    expect(sql.match(/^BEGIN;$/gm)).toHaveLength(3);
    for (const [index, database] of hands.entries()) await expectEqual(programs[index] ?? "", database);
  });
});

it("says so where there is nothing to do", async () => {
  const database = await byHand.createDatabase();
  await byHand.prepare(database);
  expect(await runByHand([database])).toContain("-- Nothing to change in PostgreSQL.");
});

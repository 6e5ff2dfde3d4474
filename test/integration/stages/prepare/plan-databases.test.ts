import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { quoteLiteral } from "../../../../src/clients/postgres.js";
import {
  type DatabasePlan,
  renderStatement,
  showStatement,
} from "../../../../src/stages/prepare/plan/planned-step.js";
import { planDatabases } from "../../../../src/stages/prepare/plan-databases.js";
import { createPreparation, type Preparation, type PrepareOverrides } from "../../../support/preparation.js";
import { createStageRecorder } from "../../../support/stage.js";

let preparation: Preparation;
beforeEach(async () => {
  preparation = await createPreparation();
});
afterEach(() => preparation.dispose());

const plan = (databases: readonly string[], overrides?: PrepareOverrides) =>
  planDatabases(preparation.options(databases, overrides), createStageRecorder().context);

const lines = (plans: readonly DatabasePlan[]) =>
  plans.flatMap(({ creation, steps }) =>
    [...(creation === null ? [] : [creation]), ...steps].map(({ step, status }) => `${step}: ${status}`),
  );

/** Runs what was planned as somebody would by hand. */
async function runByHand(plans: readonly DatabasePlan[]): Promise<void> {
  const render = (sql: DatabasePlan["steps"][number]["sql"]) =>
    sql.map((statement) => renderStatement(statement, () => quoteLiteral(preparation.password)));
  for (const { database, creation, steps } of plans) {
    for (const statement of render(creation?.sql ?? [])) {
      await preparation.query(creation?.connectTo ?? "", statement);
    }
    const statements = render(steps.flatMap(({ sql }) => sql));
    await preparation.query(database, ["BEGIN", ...statements, "COMMIT"].join(";\n"));
  }
}

describe("a plan", () => {
  it("names the steps that prepare then takes, database by database, and writes nothing", async () => {
    const databases = [await preparation.createDatabase(), await preparation.createDatabase()];
    const planned = await plan(databases);
    const roles = "SELECT count(*)::int FROM pg_roles WHERE rolname = $ROLE".replace(
      "$ROLE",
      `'${preparation.role}'`,
    );
    expect(await preparation.query("postgres", roles)).toEqual([0]);
    expect(planned.map(({ database, kind }) => [database, kind])).toEqual([
      [databases[0], "application"],
      [databases[1], "application"],
      [preparation.endpoint.adminDatabase, "administration"],
    ]);
    const done = await preparation.prepare(databases);
    const expected = done.summary().filter((line) => !line.startsWith("access"));
    expect(lines(planned)).toEqual(expected);
    const debug = done.events.flatMap((event) => (event.type === "debug" ? [event.message] : []));
    const sql = planned.flatMap(({ steps }) =>
      steps.flatMap((step) => step.sql.map((one) => `${showStatement(one)};`)),
    );
    expect(sql).toEqual(debug);
    expect(lines(await plan(databases)).every((line) => line.endsWith(": unchanged"))).toBe(true);
  });

  it("run by hand leaves nothing for prepare to do", async () => {
    const databases = [await preparation.createDatabase(), preparation.nameDatabase()];
    await preparation.query(databases[0] ?? "", "CREATE SCHEMA app; CREATE TABLE app.t (id int PRIMARY KEY)");
    await runByHand(await plan(databases));
    const done = await preparation.prepare(databases);
    expect(done.summary().filter((line) => !line.endsWith(": unchanged"))).toEqual([]);
  });

  it("of a database that is not there begins with its creation, and says that the rest is assumed", async () => {
    const database = preparation.nameDatabase();
    const [planned] = await plan([database], { wish: { schemaFile: "shop.sql" }, schemas: ["sales"] });
    expect(planned).toMatchObject({
      database,
      isAssumed: true,
      creation: {
        step: `database ${database}`,
        status: "created",
        connectTo: preparation.endpoint.adminDatabase,
        schemaFile: "shop.sql",
        sql: [`CREATE DATABASE "${database}"`, `COMMENT ON DATABASE "${database}" IS 'Made by cdc-pipeline'`],
      },
    });
    expect(planned?.steps.map(({ status }) => status)).toEqual([
      "created",
      "created",
      "created",
      "created",
      "unchanged",
    ]);
    const there = `SELECT datname FROM pg_database WHERE datname = '${database}'`;
    expect(await preparation.query("postgres", there)).toEqual([]);
  });

  it("is plain data that marks the password's place and does not hold it", async () => {
    const planned = await plan([await preparation.createDatabase()]);
    const json = JSON.stringify(planned);
    expect(JSON.parse(json)).toEqual(planned);
    expect(json).not.toContain(preparation.password);
    expect(planned.flatMap(({ steps }) => steps.flatMap(({ sql }) => sql.map(showStatement)))).toContain(
      `CREATE ROLE "${preparation.role}" WITH LOGIN REPLICATION CREATEDB NOSUPERUSER PASSWORD :'debezium_password'`,
    );
  });

  it("is refused as prepare is", async () => {
    const database = await preparation.createDatabase();
    await preparation.query(database, "CREATE TABLE keyless (id int)");
    await expect(plan([database])).rejects.toMatchObject({ code: "TABLES_WITHOUT_IDENTITY" });
    const missing = preparation.nameDatabase();
    await expect(plan([missing], { wish: { mayCreateEmpty: false } })).rejects.toMatchObject({
      code: "DATABASE_MISSING",
    });
  });

  it("can be made where nothing can be written", async () => {
    const database = await preparation.createDatabase();
    await preparation.query("postgres", `ALTER DATABASE ${database} SET default_transaction_read_only = on`);
    expect(lines(await plan([database]))).toContain("grants: created");
  });
});

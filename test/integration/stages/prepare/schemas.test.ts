import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { createPreparation, type Login, type Preparation } from "../../../support/preparation.js";
import { testedPostgres } from "../../../support/tested-postgres.js";

/** PostgreSQL 14 knows no publication of a schema: there the tables are listed one by one. */
const publishesSchemas = testedPostgres() >= 15;

let preparation: Preparation;
let database: string;
let ann: Login;
beforeEach(async () => {
  preparation = await createPreparation();
  database = await preparation.createDatabase();
  ann = await preparation.createRole(`${preparation.id}_ann`);
  await preparation.query(
    database,
    `CREATE SCHEMA sales; CREATE TABLE sales.orders (id int PRIMARY KEY);
     CREATE SCHEMA "H R"; CREATE TABLE "H R".people (id int);
     GRANT USAGE, CREATE ON SCHEMA sales, "H R" TO ${ann.user}`,
  );
});
afterEach(() => preparation.dispose());

const published = () =>
  preparation.query(database, "SELECT schemaname || '.' || tablename FROM pg_publication_tables ORDER BY 1");
const reader = () => ({ user: preparation.role, password: preparation.password });
const statuses = (summary: readonly string[]) => summary.filter((line) => !line.endsWith(": unchanged"));

describe("prepare for some schemas", () => {
  it("publishes them as a whole, and grants nothing on the others", async () => {
    const recorder = await preparation.prepare(database, { schemas: ["sales"] });
    expect(recorder.steps().find(({ step }) => step.startsWith("publication"))?.detail).toBe(
      publishesSchemas
        ? `for all tables in sales, owned by ${preparation.role}`
        : "for 1 table, owned by admin",
    );
    await preparation.query(database, "CREATE TABLE sales.later (id int PRIMARY KEY)");
    await preparation.query(database, "CREATE TABLE sales.by_ann (id int PRIMARY KEY)", ann);
    if (!publishesSchemas) await preparation.prepare(database, { schemas: ["sales"] });
    expect(await published()).toEqual(["cdc_pipeline.probe", "sales.by_ann", "sales.later", "sales.orders"]);
    for (const table of ["sales.orders", "sales.later", "sales.by_ann"]) {
      expect(await preparation.query(database, `TABLE ${table}`, reader())).toEqual([]);
    }
    await expect(preparation.query(database, 'TABLE "H R".people', reader())).rejects.toThrow(
      /permission denied/,
    );
    // Not published, so its updates do not fail though it has no key.
    await preparation.query(database, 'INSERT INTO "H R".people VALUES (1); UPDATE "H R".people SET id = 2');
    await preparation.query(database, 'CREATE TABLE "H R".by_ann (id int)', ann);
    await expect(preparation.query(database, 'TABLE "H R".by_ann', reader())).rejects.toThrow(/permission/);
  });

  it("changes nothing when it is run again", async () => {
    await preparation.prepare(database, { schemas: ["sales"] });
    expect(statuses((await preparation.prepare(database, { schemas: ["sales"] })).summary())).toEqual([]);
  });

  it("adds a schema that is asked for later", async () => {
    await preparation.query(database, 'ALTER TABLE "H R".people REPLICA IDENTITY FULL');
    await preparation.prepare(database, { schemas: ["sales"] });
    const recorder = await preparation.prepare(database, { schemas: ["sales", "H R"] });
    expect(recorder.steps().find(({ step }) => step.startsWith("publication"))).toMatchObject({
      status: "updated",
      detail: publishesSchemas ? "H R added" : "1 table added",
    });
    expect(await published()).toEqual(["H R.people", "cdc_pipeline.probe", "sales.orders"]);
  });

  it("looks at the identity of partitions that lie in another schema", async () => {
    await preparation.query(
      database,
      `CREATE TABLE sales.p (id int) PARTITION BY RANGE (id);
       CREATE TABLE "H R".p1 PARTITION OF sales.p FOR VALUES FROM (0) TO (9)`,
    );
    await expect(preparation.prepare(database, { schemas: ["sales"] })).rejects.toMatchObject({
      code: "TABLES_WITHOUT_IDENTITY",
      details: { tables: ['"H R".p1'] },
    });
  });

  it("refuses a schema that is not there, and names those that are", async () => {
    await expect(preparation.prepare(database, { schemas: ["sals", "sales"] })).rejects.toMatchObject({
      code: "SCHEMA_MISSING",
      message: `there is no schema sals in ${database}`,
      hint: "name some of these with --schemas: H R, public, sales",
    });
  });

  it("lists the tables one by one where that is asked for, partitioned ones by their root", async () => {
    await preparation.query(
      database,
      `CREATE TABLE sales.p (id int PRIMARY KEY) PARTITION BY RANGE (id);
       CREATE TABLE sales.p1 PARTITION OF sales.p FOR VALUES FROM (0) TO (9);
       CREATE UNLOGGED TABLE sales.u (id int)`,
    );
    const options = { schemas: ["sales"], publish: "tables" } as const;
    await preparation.prepare(database, options);
    expect(await published()).toEqual(["cdc_pipeline.probe", "sales.orders", "sales.p"]);
    await preparation.query(
      database,
      "CREATE TABLE sales.a (id int PRIMARY KEY); CREATE TABLE sales.b (id int PRIMARY KEY)",
    );
    const recorder = await preparation.prepare(database, options);
    expect(recorder.steps().find(({ step }) => step.startsWith("publication"))?.detail).toBe(
      "2 tables added",
    );
    expect(recorder.events).toContainEqual({
      type: "notice",
      message: `in ${database}, the publication lists its tables: tables made later are not captured until prepare runs again`,
    });
    expect(statuses((await preparation.prepare(database, options)).summary())).toEqual([]);
    // A table whose updates would break is not added.
    await preparation.query(database, "CREATE TABLE sales.keyless (id int)");
    await expect(preparation.prepare(database, options)).rejects.toMatchObject({
      code: "TABLES_WITHOUT_IDENTITY",
    });
  });
});

import type { Client } from "pg";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { createPreparation, type Login, type Preparation } from "../../../support/preparation.js";

let preparation: Preparation;
let database: string;
/** May make tables in the schema `sales` only. */
let ann: Login;
/** May make schemas. */
let bob: Login;

beforeEach(async () => {
  preparation = await createPreparation();
  database = await preparation.createDatabase();
  ann = await preparation.createRole(`${preparation.id}_ann`);
  bob = await preparation.createRole(`${preparation.id} "Bob"; --`);
  await preparation.query(
    database,
    `CREATE SCHEMA sales; GRANT USAGE, CREATE ON SCHEMA sales TO ${ann.user};
     GRANT CREATE ON DATABASE ${database} TO "${bob.user.replaceAll('"', '""')}"`,
  );
});
afterEach(() => preparation.dispose());

const create = (table: string) => `CREATE TABLE ${table} AS SELECT 'of ${table}' AS content`;

async function expectReadable(tables: readonly string[]): Promise<void> {
  const reader: Client = await preparation.connect(database, {
    user: preparation.role,
    password: preparation.password,
  });
  for (const table of tables) {
    expect((await reader.query(`TABLE ${table}`)).rows).toEqual([{ content: `of ${table}` }]);
  }
}

describe("tables that are made after the preparation", () => {
  it("can be read, whoever of those who may makes them", async () => {
    await preparation.prepare(database);
    await preparation.query(database, create("public.by_admin"));
    await preparation.query(database, create("sales.by_ann"), ann);
    await preparation.query(database, `CREATE SCHEMA later; ${create("later.by_bob")}`, bob);
    await expectReadable(["public.by_admin", "sales.by_ann", "later.by_bob"]);
  });

  it("can be read in a schema of the administrator's that is later, too", async () => {
    await preparation.prepare(database);
    await preparation.query(
      database,
      `CREATE SCHEMA later; GRANT USAGE, CREATE ON SCHEMA later TO ${ann.user}; ${create("later.by_admin")}`,
    );
    await preparation.query(database, create("later.by_ann"), ann);
    await expectReadable(["later.by_admin", "later.by_ann"]);
  });

  it("can be read when their owner only owns a table so far, or only a schema", async () => {
    const owner = await preparation.createRole(`${preparation.id}_owner`);
    const other = await preparation.createRole(`${preparation.id}_other`);
    await preparation.query(
      database,
      `CREATE TABLE public.owned (id int PRIMARY KEY); ALTER TABLE public.owned OWNER TO ${owner.user};
       CREATE SCHEMA of_other AUTHORIZATION ${other.user}`,
    );
    await preparation.prepare(database);
    await preparation.query(database, `GRANT CREATE ON SCHEMA public TO ${owner.user}`);
    await preparation.query(database, create("public.by_owner"), owner);
    await preparation.query(database, create("of_other.by_other"), other);
    await expectReadable(["public.by_owner", "of_other.by_other"]);
  });

  it("can be read when somebody new makes them, once prepare has run again", async () => {
    await preparation.prepare(database);
    const newcomer = await preparation.createRole(`${preparation.id}_newcomer`);
    await preparation.query(database, `GRANT USAGE, CREATE ON SCHEMA sales TO ${newcomer.user}`);
    await preparation.query(database, create("sales.early"), newcomer);
    await expect(expectReadable(["sales.early"])).rejects.toThrow(/permission denied/);
    const recorder = await preparation.prepare(database);
    expect(recorder.steps().find(({ step }) => step === "grants")).toMatchObject({
      status: "updated",
      detail: `1 table, and later ones of ${newcomer.user}`,
    });
    await preparation.query(database, create("sales.late"), newcomer);
    await expectReadable(["sales.early", "sales.late"]);
  });

  it("are published without a further step", async () => {
    await preparation.prepare(database);
    await preparation.query(database, create("sales.by_ann"), ann);
    const published = "SELECT schemaname || '.' || tablename FROM pg_publication_tables ORDER BY 1";
    expect(await preparation.query(database, published)).toEqual(["cdc_pipeline.probe", "sales.by_ann"]);
  });
});

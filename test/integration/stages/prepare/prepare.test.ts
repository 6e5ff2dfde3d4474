import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { namesOf } from "../../../../src/names.js";
import { createPreparation, type Preparation } from "../../../support/preparation.js";

const MYKART = "examples/mykart/schema.sql";
const MYKART_TABLES = ["customers", "order_line_items", "orders", "products"];

let preparation: Preparation;
beforeEach(async () => {
  preparation = await createPreparation();
});
afterEach(() => preparation.dispose());

const debezium = () => ({ user: preparation.role, password: preparation.password });

/** Every step that a first run takes, in order. */
const firstRun = (database: string) => {
  const { role, publication, endpoint } = preparation;
  return [
    `database ${database}: unchanged`,
    `role ${role}: created`,
    "probe table cdc_pipeline.probe: created",
    "grants: created",
    `publication ${publication}: created`,
    "setup function: created",
    `access as ${role}: unchanged`,
    `setup functions in ${endpoint.adminDatabase}: created`,
  ];
};

const INSERT = "INSERT INTO cdc_pipeline.probe VALUES (gen_random_uuid())";

/**
 * Makes a change behind a new slot of the Debezium role's, and returns what pgoutput tells the role: the
 * first letters of its messages (B begin, R relation, I insert, U update, C commit) and their text.
 */
async function readChanges(
  database: string,
  change = INSERT,
): Promise<{ readonly letters: string; readonly text: string }> {
  const { slot } = namesOf(database);
  const { publication } = preparation;
  const reader = await preparation.connect(database, debezium());
  await reader.query("SELECT pg_create_logical_replication_slot($1, 'pgoutput')", [slot]);
  try {
    await preparation.query(database, change);
    const { rows } = await reader.query<{ data: Buffer }>(
      `SELECT data FROM pg_logical_slot_peek_binary_changes($1, NULL, NULL,
         'proto_version', '1', 'publication_names', quote_ident($2))`,
      [slot, publication],
    );
    const messages = rows.map(({ data }) => data.toString("latin1"));
    return { letters: messages.map((message) => message.charAt(0)).join(""), text: messages.join("\n") };
  } finally {
    await reader.query("SELECT pg_drop_replication_slot($1)", [slot]);
  }
}

describe("prepare", () => {
  it("makes an empty database ready for Debezium and says what it did", async () => {
    const database = await preparation.createDatabase();
    const recorder = await preparation.prepare(database);
    expect(recorder.summary()).toEqual(firstRun(database));
    expect(recorder.steps().find(({ step }) => step.startsWith("access"))?.detail).toBe(
      "may read 1 published table",
    );
    expect(recorder.events.at(-1)).toMatchObject({ type: "stage-end", stage: "prepare", status: "changed" });
    for (const { step, database: where } of recorder.steps()) {
      expect(where).toBe(step.startsWith("setup functions in") ? undefined : database);
    }
    expect((await readChanges(database)).letters).toBe("BRIC");
  });

  it("gives the role LOGIN, REPLICATION and CREATEDB, and nothing above", async () => {
    const database = await preparation.createDatabase();
    await preparation.prepare(database);
    const attributes = `SELECT to_jsonb(r) - ARRAY['oid', 'rolname', 'rolpassword', 'rolconfig', 'rolvaliduntil'] FROM pg_roles r`;
    const where = `WHERE rolname = '${preparation.role}'`;
    expect(await preparation.query(database, `${attributes} ${where}`)).toEqual([
      {
        rolsuper: false,
        rolinherit: true,
        rolcreaterole: false,
        rolcreatedb: true,
        rolcanlogin: true,
        rolreplication: true,
        rolbypassrls: false,
        rolconnlimit: -1,
      },
    ]);
    const memberships = `SELECT count(*)::int FROM pg_auth_members WHERE member = '${preparation.role}'::regrole`;
    expect(await preparation.query(database, memberships)).toEqual([0]);
  });

  it("publishes every operation on all tables, partitions as their table, in a publication of the role's", async () => {
    const database = await preparation.createDatabase();
    await preparation.prepare(database);
    // From 18 on there is also pubgencols, which nobody sets.
    const publication = `SELECT to_jsonb(p) - ARRAY['oid', 'pubowner', 'pubgencols'] || jsonb_build_object(
        'owner', pg_get_userbyid(pubowner), 'comment', obj_description(oid, 'pg_publication'))
      FROM pg_publication p`;
    expect(await preparation.query(database, publication)).toEqual([
      {
        pubname: preparation.publication,
        puballtables: true,
        pubinsert: true,
        pubupdate: true,
        pubdelete: true,
        pubtruncate: true,
        pubviaroot: true,
        owner: preparation.role,
        comment: "Made by cdc-pipeline: read by Debezium",
      },
    ]);
  });

  it("marks everything it makes as its own", async () => {
    const database = await preparation.createDatabase();
    await preparation.prepare(database);
    const comments = `SELECT unnest(ARRAY[
      obj_description('cdc_pipeline'::regnamespace, 'pg_namespace'),
      obj_description('cdc_pipeline.probe'::regclass, 'pg_class'),
      obj_description('setup_debezium_schema_permissions()'::regprocedure, 'pg_proc'),
      shobj_description('${preparation.role}'::regrole, 'pg_authid')])`;
    const found = await preparation.query(database, comments);
    expect(found).toHaveLength(4);
    for (const comment of found) expect(comment).toMatch(/^Made by cdc-pipeline/);
  });

  it("lets the role read the mykart example and all of its rows", async () => {
    const database = preparation.nameDatabase();
    const recorder = await preparation.prepare(database, { wish: { schemaFile: MYKART } });
    expect(recorder.summary()[0]).toBe(`database ${database}: created`);
    expect(recorder.summary().slice(1)).toEqual(firstRun(database).slice(1));
    expect(recorder.steps().find(({ step }) => step === "grants")?.detail).toMatch(/^4 tables/);
    const reader = await preparation.connect(database, debezium());
    for (const table of MYKART_TABLES) {
      const { rows } = await reader.query<{ count: number }>(`SELECT count(*)::int AS count FROM ${table}`);
      expect(rows[0]?.count).toBeGreaterThan(100);
      await expect(reader.query(`DELETE FROM ${table}`)).rejects.toThrow(/permission denied/);
    }
    const changes = await readChanges(database, "UPDATE products SET stock = 7 WHERE id = 1");
    expect(changes.letters).toMatch(/^BR+UC$/);
    expect(changes.text).toMatch(/public.products/);
  });

  it.each([
    ["holds quotes and a semicolon", (id: string) => `my "kart"; drop ${id}`],
    ["has 63 letters", (id: string) => `${id}_`.padEnd(63, "x")],
    ["has 63 bytes in fewer letters", (id: string) => `${"é".repeat(26)}${id}`.padEnd(37, "x")],
    ["is not Latin", (id: string) => `店 бюро 🛒 ${id}`],
    ["has capitals, a percent sign, a dollar and a backslash", (id: string) => `My%sKart $1 \\ ' ${id}`],
  ])("prepares a database whose name %s, so that a slot of its own can be read", async (_what, nameOf) => {
    const database = await preparation.createDatabase(nameOf(preparation.id));
    expect((await preparation.prepare(database)).summary()).toEqual(firstRun(database));
    expect((await readChanges(database)).letters).toBe("BRIC");
  });

  it("reaches the tables of every schema, whatever it is called", async () => {
    const database = await preparation.createDatabase();
    await preparation.query(
      database,
      `CREATE SCHEMA "sales ""EU"""; CREATE TABLE "sales ""EU"""."order; drop" (id int PRIMARY KEY);
       CREATE SCHEMA parts; CREATE TABLE parts.p (id int PRIMARY KEY) PARTITION BY RANGE (id);
       CREATE TABLE parts.p1 PARTITION OF parts.p FOR VALUES FROM (0) TO (10); CREATE SCHEMA empty`,
    );
    const recorder = await preparation.prepare(database);
    expect(recorder.steps().at(-2)?.detail).toBe("may read 3 published tables");
    const reader = await preparation.connect(database, debezium());
    for (const table of [`"sales ""EU"""."order; drop"`, "parts.p", "parts.p1"]) {
      expect((await reader.query(`TABLE ${table}`)).rows).toEqual([]);
    }
    const { rows } = await reader.query("SELECT has_schema_privilege('empty', 'USAGE') AS usage");
    expect(rows).toEqual([{ usage: true }]);
  });

  it("grants CONNECT where PUBLIC has lost it, at first and later", async () => {
    const database = await preparation.createDatabase();
    await preparation.query(database, `REVOKE ALL ON DATABASE ${database} FROM PUBLIC`);
    await preparation.prepare(database);
    expect(await preparation.query(database, "SELECT 1", debezium())).toEqual([1]);
    await preparation.query(database, `REVOKE CONNECT ON DATABASE ${database} FROM ${preparation.role}`);
    await expect(preparation.query(database, "SELECT 1", debezium())).rejects.toThrow(/permission denied/);
    expect((await preparation.prepare(database)).summary()).toContain("grants: updated");
    expect(await preparation.query(database, "SELECT 1", debezium())).toEqual([1]);
  });

  it("prepares several databases in one run, one role and one publication's name for all", async () => {
    const databases = [await preparation.createDatabase(), await preparation.createDatabase()];
    const recorder = await preparation.prepare(databases);
    const statuses = recorder.steps().filter(({ step }) => step.startsWith("role "));
    expect(statuses.map(({ database, status }) => [database, status])).toEqual([
      [databases[0], "created"],
      [databases[1], "unchanged"],
    ]);
    for (const database of databases) expect((await readChanges(database)).letters).toBe("BRIC");
  });

  it("works without a schema public, and says that the functions are left out", async () => {
    const database = await preparation.createDatabase();
    await preparation.query(
      database,
      "DROP SCHEMA public; CREATE SCHEMA app; CREATE TABLE app.t (id int PRIMARY KEY)",
    );
    const recorder = await preparation.prepare(database);
    expect(recorder.steps().find(({ step }) => step === "setup function")).toMatchObject({
      status: "unchanged",
      detail: "setup_debezium_schema_permissions (left out: there is no schema public)",
    });
    expect(await preparation.query(database, "TABLE app.t", debezium())).toEqual([]);
  });

  it("takes role, password and publication names that need quoting", async () => {
    const database = await preparation.createDatabase();
    const odd = { ...preparation, role: `${preparation.role} "R"; --`, password: `o'er \\ "x" $1 %I` };
    const login = { user: odd.role, password: odd.password };
    preparation.trackRole(odd.role);
    await preparation.prepare(database, {
      role: odd.role,
      password: odd.password,
      publication: `${preparation.publication} "P"; it's`,
    });
    expect(await preparation.query(database, "TABLE cdc_pipeline.probe", login)).toEqual([]);
    await preparation.query(database, "SELECT setup_debezium_schema_permissions()");
  });

  it("never tells the role's password in what it reports", async () => {
    const database = await preparation.createDatabase();
    const recorder = await preparation.prepare(database, { password: "it's \\ quite secret" });
    const told = recorder.events.map((event) => JSON.stringify(event)).join("\n");
    expect(told).toContain("CREATE ROLE");
    expect(told).not.toMatch(/quite secret/);
  });
});

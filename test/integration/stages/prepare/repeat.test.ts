import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { createPreparation, type Preparation } from "../../../support/preparation.js";

const MYKART = "examples/mykart/schema.sql";

let preparation: Preparation;
beforeEach(async () => {
  preparation = await createPreparation();
});
afterEach(() => preparation.dispose());

/**
 * From now on the server refuses whatever a session in these databases would write, changes of what all
 * databases share included: only reads get through.
 */
async function refuseWrites(...databases: string[]): Promise<void> {
  for (const database of databases) {
    const quoted = `"${database.replaceAll('"', '""')}"`;
    await preparation.query("postgres", `ALTER DATABASE ${quoted} SET default_transaction_read_only = on`);
  }
}

const summaryWithout = (summary: readonly string[], status: string) =>
  summary.filter((line) => !line.endsWith(`: ${status}`));

describe("a second prepare", () => {
  it.each([
    ["an empty database", undefined, (id: string) => `${id}_shop`],
    ["the mykart example", MYKART, (id: string) => `${id}_shop`],
    ["a database with an odd name", MYKART, (id: string) => `my "kart"; drop ${id}`],
  ])("reports every step unchanged and writes nothing in %s", async (_what, schemaFile, nameOf) => {
    const database = preparation.nameDatabase(nameOf(preparation.id));
    const first = await preparation.prepare(database, { wish: { schemaFile } });
    await refuseWrites(database, preparation.endpoint.adminDatabase);
    const second = await preparation.prepare(database, { wish: { schemaFile } });
    expect(second.steps().map(({ step }) => step)).toEqual(first.steps().map(({ step }) => step));
    expect(summaryWithout(second.summary(), "unchanged")).toEqual([]);
    expect(second.events.at(-1)).toMatchObject({ type: "stage-end", status: "unchanged" });
    expect(second.events.filter(({ type }) => type === "debug")).toEqual([]);
  });

  it("writes nothing after a third owner came, a table was made and prepare ran once more", async () => {
    const database = await preparation.createDatabase();
    await preparation.prepare(database);
    const owner = await preparation.createRole(`${preparation.id}_owner`);
    await preparation.query(
      database,
      `CREATE SCHEMA later AUTHORIZATION ${owner.user}; SET ROLE ${owner.user}; CREATE TABLE later.t (id int PRIMARY KEY)`,
    );
    expect(summaryWithout((await preparation.prepare(database)).summary(), "unchanged")).toEqual([
      "grants: updated",
    ]);
    await refuseWrites(database, preparation.endpoint.adminDatabase);
    expect(summaryWithout((await preparation.prepare(database)).summary(), "unchanged")).toEqual([]);
  });

  // Without these, the tests above could pass because writes got through.
  it("would be refused if it wrote to the application's database", async () => {
    const database = await preparation.createDatabase();
    await refuseWrites(database);
    await expect(preparation.prepare(database)).rejects.toThrow(/read-only transaction \(25006\)/);
  });

  it("would be refused if it wrote to the administrator's database", async () => {
    const database = await preparation.createDatabase();
    await refuseWrites(preparation.endpoint.adminDatabase);
    await expect(preparation.prepare(database)).rejects.toThrow(/read-only transaction \(25006\)/);
  });
});

describe("prepare of what is half prepared", () => {
  it.each([
    ["LOGIN", "NOLOGIN", "gets login"],
    ["REPLICATION", "NOREPLICATION", "gets replication"],
    ["CREATEDB", "NOCREATEDB", "gets createdb"],
  ])("gives the role %s back, and nothing else", async (_what, change, detail) => {
    const database = await preparation.createDatabase();
    await preparation.prepare(database);
    await preparation.query(database, `ALTER ROLE ${preparation.role} ${change}`);
    const recorder = await preparation.prepare(database);
    expect(summaryWithout(recorder.summary(), "unchanged")).toEqual([`role ${preparation.role}: updated`]);
    expect(recorder.steps()[1]?.detail).toBe(detail);
    expect((await preparation.facts(database)).role).toEqual({
      login: true,
      replication: true,
      createdb: true,
      superuser: false,
    });
  });

  it("takes a role that was made by hand", async () => {
    const database = await preparation.createDatabase();
    await preparation.createRole(preparation.role);
    expect((await preparation.prepare(database)).summary()).toContain(`role ${preparation.role}: updated`);
    expect((await preparation.facts(database)).role).toMatchObject({ replication: true, createdb: true });
  });

  it.each<[string, (database: string, p: Preparation) => string, string]>([
    [
      "the later tables of one owner",
      (_, { role }) => `ALTER DEFAULT PRIVILEGES REVOKE SELECT ON TABLES FROM ${role}`,
      "grants: updated",
    ],
    [
      "the later schemas of one owner",
      (_, { role }) => `ALTER DEFAULT PRIVILEGES REVOKE USAGE ON SCHEMAS FROM ${role}`,
      "grants: updated",
    ],
    [
      "one table's SELECT",
      (_, { role }) => `REVOKE SELECT ON cdc_pipeline.probe FROM ${role}`,
      "grants: updated",
    ],
    [
      "one schema's USAGE",
      (_, { role }) => `REVOKE USAGE ON SCHEMA cdc_pipeline FROM ${role}`,
      "grants: updated",
    ],
    [
      "the publication's owner",
      (_, { publication }) => `ALTER PUBLICATION ${publication} OWNER TO CURRENT_USER`,
      "publication {publication}: updated",
    ],
    [
      "the publication",
      (_, { publication }) => `DROP PUBLICATION ${publication}`,
      "publication {publication}: created",
    ],
    [
      "the probe table",
      () => "DROP TABLE cdc_pipeline.probe",
      "probe table cdc_pipeline.probe: created, grants: created",
    ],
    [
      "the probe table's schema",
      () => "DROP SCHEMA cdc_pipeline CASCADE",
      "probe table cdc_pipeline.probe: created, grants: created",
    ],
    ["the function", () => "DROP FUNCTION setup_debezium_schema_permissions()", "setup function: created"],
  ])("restores %s", async (_what, damage, expected) => {
    const database = await preparation.createDatabase();
    await preparation.prepare(database);
    const whole = await preparation.facts(database);
    await preparation.query(database, damage(database, preparation));
    const recorder = await preparation.prepare(database);
    expect(summaryWithout(recorder.summary(), "unchanged").join(", ")).toBe(
      expected.replace("{publication}", preparation.publication),
    );
    expect(await preparation.facts(database)).toEqual(whole);
    await refuseWrites(database, preparation.endpoint.adminDatabase);
    expect(summaryWithout((await preparation.prepare(database)).summary(), "unchanged")).toEqual([]);
  });

  it("leaves a suitable publication of somebody else's as it is, with its owner", async () => {
    const database = await preparation.createDatabase();
    const { publication, endpoint } = preparation;
    await preparation.query(database, `CREATE PUBLICATION ${publication} FOR ALL TABLES`);
    expect((await preparation.prepare(database)).summary()).toContain(
      `publication ${publication}: unchanged`,
    );
    expect((await preparation.facts(database)).publication).toMatchObject({
      allTables: true,
      allOperations: true,
      owner: endpoint.adminUser,
      isOurs: false,
    });
  });
});

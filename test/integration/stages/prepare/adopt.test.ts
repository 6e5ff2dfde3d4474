import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { catchCdcError } from "../../../support/catch-cdc-error.js";
import { createPreparation, type Preparation } from "../../../support/preparation.js";
import { testedPostgres } from "../../../support/tested-postgres.js";

let preparation: Preparation;
let database: string;
beforeEach(async () => {
  preparation = await createPreparation();
  database = await preparation.createDatabase();
});
afterEach(() => preparation.dispose());

const PUBLICATION =
  "SELECT to_jsonb(p) - 'oid' - 'pubgencols' - 'pubowner' - 'pubname' FROM pg_publication p";

describe("a role with another password", () => {
  it("is refused before anything is changed, and names --adopt", async () => {
    await preparation.createRole(preparation.role);
    const error = await catchCdcError(preparation.prepare(database, { password: "another" }));
    expect(error.code).toBe("ROLE_UNSUITABLE");
    expect(error.hint).toContain("--adopt");
    expect(await preparation.query(database, "SELECT pubname FROM pg_publication")).toEqual([]);
    const { role, password } = preparation;
    expect(await preparation.query(database, "SELECT 1", { user: role, password })).toEqual([1]);
  });

  it("gets the new one with --adopt, once for all databases", async () => {
    await preparation.createRole(preparation.role);
    const other = await preparation.createDatabase();
    const recorder = await preparation.prepare([database, other], { password: "another", adopt: true });
    const roles = recorder.steps().filter(({ step }) => step.startsWith("role "));
    expect(roles.map(({ status, detail }) => [status, detail])).toEqual([
      [
        "updated",
        "gets REPLICATION CREATEDB, gets the password of debezium.password".replace(
          "REPLICATION CREATEDB",
          "replication createdb",
        ),
      ],
      ["unchanged", undefined],
    ]);
    expect(
      await preparation.query(database, "SELECT 1", { user: preparation.role, password: "another" }),
    ).toEqual([1]);
  });

  it("is found out also where the role may not log in", async () => {
    await preparation.createRole(preparation.role);
    await preparation.query("postgres", `ALTER ROLE ${preparation.role} NOLOGIN`);
    await expect(preparation.prepare(database, { password: "another" })).rejects.toMatchObject({
      code: "ROLE_UNSUITABLE",
    });
    expect((await preparation.prepare(database)).summary()).toContain(`role ${preparation.role}: updated`);
  });
});

describe("a role that is a superuser", () => {
  it("loses that with --adopt", async () => {
    await preparation.createRole(preparation.role, "SUPERUSER");
    const recorder = await preparation.prepare(database, { adopt: true });
    expect(recorder.steps()[1]).toMatchObject({
      status: "updated",
      detail: "gets nosuperuser replication createdb",
    });
    expect((await preparation.facts(database)).role).toMatchObject({ superuser: false, replication: true });
  });

  it("never loses it where it is the administrator itself", async () => {
    const boss = await preparation.createRole(`${preparation.id}_boss`, "SUPERUSER");
    const endpoint = { adminUser: boss.user, adminPassword: boss.password };
    const run = preparation.prepare(database, {
      endpoint,
      role: boss.user,
      password: boss.password,
      adopt: true,
    });
    await expect(run).rejects.toMatchObject({
      code: "ROLE_UNSUITABLE",
      hint: "give Debezium a role of its own (debezium.user in cdc-pipeline.yaml)",
    });
  });
});

describe("a publication of somebody else's", () => {
  const make = (scope: string) =>
    preparation.query(
      database,
      `CREATE TABLE t (id int PRIMARY KEY); CREATE TABLE u (id int PRIMARY KEY);
       CREATE PUBLICATION ${preparation.publication} ${scope}`,
    );

  it("gets the operations that it lacks with --adopt, and nothing else", async () => {
    await make("FOR ALL TABLES WITH (publish = 'insert')");
    const recorder = await preparation.prepare(database, { adopt: true });
    expect(recorder.steps().find(({ step }) => step.startsWith("publication"))).toMatchObject({
      status: "updated",
      detail: "publishes every operation",
    });
    expect(await preparation.query(database, PUBLICATION)).toEqual([
      {
        puballtables: true,
        pubinsert: true,
        pubupdate: true,
        pubdelete: true,
        pubtruncate: true,
        pubviaroot: false,
      },
    ]);
  });

  it("of some tables is made anew with --adopt while nobody reads it", async () => {
    await make("FOR TABLE t");
    const recorder = await preparation.prepare(database, { adopt: true });
    expect(recorder.steps().find(({ step }) => step.startsWith("publication"))?.detail).toBe(
      `made anew for all tables, owned by ${preparation.role}`,
    );
    expect((await preparation.facts(database)).publication).toMatchObject({ allTables: true, isOurs: true });
  });

  it("of some tables is not made anew when that would break what it did not publish", async () => {
    await make("FOR TABLE t");
    await preparation.query(database, "CREATE TABLE keyless (id int)");
    await expect(preparation.prepare(database, { adopt: true })).rejects.toMatchObject({
      code: "TABLES_WITHOUT_IDENTITY",
    });
  });

  it("is never dropped while a slot is there", async () => {
    await make("FOR TABLE t");
    const slot = `${preparation.id}_slot`;
    await preparation.query(database, `SELECT pg_create_logical_replication_slot('${slot}', 'pgoutput')`);
    const before = await preparation.query(database, "SELECT oid FROM pg_publication");
    const error = await catchCdcError(preparation.prepare(database, { adopt: true }));
    expect(error).toMatchObject({ code: "PUBLICATION_IN_USE", details: { slots: [slot] } });
    expect(error.message).toContain("would lose changes, or fail for ever");
    expect(await preparation.query(database, "SELECT oid FROM pg_publication")).toEqual(before);
  });

  it("gets the tables that a list lacks with --adopt, also while a slot is there", async () => {
    await make("FOR TABLE t");
    await preparation.query(
      database,
      `SELECT pg_create_logical_replication_slot('${preparation.id}_slot', 'pgoutput')`,
    );
    await expect(preparation.prepare(database, { publish: "tables" })).rejects.toMatchObject({
      code: "PUBLICATION_UNSUITABLE",
      message: expect.stringContaining("does not cover public.u") as string,
    });
    const recorder = await preparation.prepare(database, { publish: "tables", adopt: true });
    expect(recorder.steps().find(({ step }) => step.startsWith("publication"))?.detail).toBe(
      "2 tables added",
    );
  });

  // From PostgreSQL 15 on there are such publications.
  if (testedPostgres() >= 15) {
    it("with a filter on rows is refused", async () => {
      await make("FOR TABLE t WHERE (id > 1), TABLE u");
      await expect(preparation.prepare(database, { publish: "tables", adopt: true })).rejects.toMatchObject({
        code: "PUBLICATION_UNSUITABLE",
        message: expect.stringContaining("leaves out rows or columns") as string,
      });
    });
  }
});

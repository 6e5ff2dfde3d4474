import { afterEach, beforeEach, describe, expect, it } from "vitest";

import type { DatabaseFacts } from "../../../../src/stages/prepare/facts/database-facts.js";
import { SCHEMA_PERMISSIONS as PERMISSIONS } from "../../../../src/stages/setup-function.js";
import { makeFunctions } from "../../../support/make-functions.js";
import { createPreparation, type Preparation } from "../../../support/preparation.js";

const FOR_DATABASE = "setup_debezium_for_database(text)";
const SCHEMA_PERMISSIONS = "setup_debezium_schema_permissions()";

let preparation: Preparation;
let adminDatabase: string;
beforeEach(async () => {
  preparation = await createPreparation();
  ({ adminDatabase } = preparation.endpoint);
});
afterEach(() => preparation.dispose());

const FUNCTIONS = `SELECT oid::regprocedure::text || ' ' || prorettype::regtype || ' ' || coalesce(proargnames::text, '')
  FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY 1`;

/** Two schemas, a table of another owner, and roles that may make more of both. */
async function fill(database: string): Promise<void> {
  const [ann, bob] = [`${preparation.id}_ann`, `${preparation.id}_bob`];
  const roles = await preparation.query(database, `SELECT rolname FROM pg_roles WHERE rolname = '${ann}'`);
  if (roles.length === 0) for (const name of [ann, bob]) await preparation.createRole(name);
  await preparation.query(
    database,
    `REVOKE CONNECT ON DATABASE ${database} FROM PUBLIC; GRANT CREATE ON DATABASE ${database} TO ${bob};
     CREATE TABLE products (id int PRIMARY KEY); CREATE SCHEMA "Sales EU";
     GRANT CREATE ON SCHEMA "Sales EU" TO ${ann}; CREATE TABLE "Sales EU".orders (id int PRIMARY KEY);
     ALTER TABLE "Sales EU".orders OWNER TO ${ann}`,
  );
}

/** What `prepare` would look at, but for the probe table and the comment, which only `prepare` itself makes. */
const withoutProbe = (facts: DatabaseFacts) => ({
  ...facts,
  schemas: facts.schemas.filter((schema) => schema !== "cdc_pipeline"),
  hasProbeTable: undefined,
  holdsUnrecorded: undefined,
  held: facts.held.filter((right) => !right.includes("cdc_pipeline")),
  functions: undefined,
});

/** The grants themselves, as the catalog keeps them; each is sorted, since its order tells nothing. */
const GRANTS = `
  SELECT coalesce(defaclrole::regrole::text, '') || ' later ' || defaclobjtype::text || ' ' || g.privilege_type AS grants
    FROM pg_default_acl, aclexplode(defaclacl) g WHERE g.grantee = $ROLE
  UNION ALL SELECT nspname || ' ' || g.privilege_type FROM pg_namespace, aclexplode(nspacl) g
    WHERE g.grantee = $ROLE AND nspname <> 'cdc_pipeline'
  UNION ALL SELECT relname || ' ' || g.privilege_type FROM pg_class, aclexplode(relacl) g
    WHERE g.grantee = $ROLE AND relname <> 'probe'
  UNION ALL SELECT 'database ' || g.privilege_type FROM pg_database, aclexplode(datacl) g
    WHERE g.grantee = $ROLE AND datname = current_database()
  UNION ALL SELECT to_jsonb(p) - 'oid' || jsonb_build_object('comment', obj_description(oid, 'pg_publication'))
    #>> '{}' FROM pg_publication p
  ORDER BY 1`;

const grants = (database: string) =>
  preparation.query(database, GRANTS.replaceAll("$ROLE", `'${preparation.role}'::regrole`));

describe("the functions for administrators", () => {
  it("are both in the administrator's database, and the second in the application's", async () => {
    const database = await preparation.createDatabase();
    await preparation.prepare(database);
    expect(await preparation.query(adminDatabase, FUNCTIONS)).toEqual([
      `${FOR_DATABASE} void {db_name}`,
      `${SCHEMA_PERMISSIONS} void `,
    ]);
    expect(await preparation.query(database, FUNCTIONS)).toEqual([`${SCHEMA_PERMISSIONS} void `]);
  });

  it("prepare a database by hand as prepare does, in its grants, default privileges and publication", async () => {
    const byProgram = await preparation.createDatabase();
    const byHand = await preparation.createDatabase();
    await fill(byProgram);
    await fill(byHand);
    await preparation.prepare(byProgram);
    const [definition] = await preparation.query(
      byProgram,
      `SELECT pg_get_functiondef('${SCHEMA_PERMISSIONS}'::regprocedure)`,
    );
    await preparation.query(adminDatabase, `SELECT setup_debezium_for_database('${byHand}')`);
    await preparation.query(byHand, String(definition));
    await preparation.query(byHand, "SELECT setup_debezium_schema_permissions()");

    const facts = await preparation.facts(byHand);
    expect(withoutProbe(facts)).toEqual(withoutProbe(await preparation.facts(byProgram)));
    expect(facts).toMatchObject({
      hasConnect: true,
      schemasWithoutUsage: [],
      schemasWithoutSelect: [],
      ownersWithoutDefaults: [],
      publication: { allTables: true, allOperations: true, owner: preparation.role, isOurs: true },
    });
    const granted = await grants(byHand);
    expect(granted).toEqual(await grants(byProgram));
    expect(granted).toContain(`${preparation.id}_bob later n USAGE`);
    const recorder = await preparation.prepare(byHand);
    expect(recorder.summary()).toContain(`publication ${preparation.publication}: unchanged`);
  });

  it("may be run again at any time", async () => {
    const database = await preparation.createDatabase();
    await preparation.prepare(database);
    const before = await grants(database);
    await preparation.query(database, "SELECT setup_debezium_schema_permissions()");
    await preparation.query(database, "SELECT setup_debezium_schema_permissions()");
    expect(await grants(database)).toEqual(before);
  });

  it("take up what came after the preparation", async () => {
    const database = await preparation.createDatabase();
    await preparation.prepare(database);
    const { user } = await preparation.createRole(`${preparation.id}_late`);
    await preparation.query(
      database,
      `CREATE SCHEMA late; ALTER SCHEMA late OWNER TO ${user}; SET ROLE ${user}; CREATE TABLE late.t (id int PRIMARY KEY)`,
    );
    expect((await preparation.facts(database)).ownersWithoutDefaults).toEqual([user]);
    await preparation.query(database, "SELECT setup_debezium_schema_permissions()");
    expect(await preparation.facts(database)).toMatchObject({
      ownersWithoutDefaults: [],
      schemasWithoutSelect: [],
    });
  });

  it("prepare the administrator's database in one call from within it", async () => {
    await preparation.prepare(await preparation.createDatabase());
    await preparation.query(adminDatabase, `SELECT setup_debezium_for_database('${adminDatabase}')`);
    expect(await preparation.facts(adminDatabase)).toMatchObject({
      hasConnect: true,
      schemasWithoutUsage: [],
      publication: { owner: preparation.role },
    });
  });

  it("refuse to publish a table whose UPDATE and DELETE would fail from then on", async () => {
    const database = await preparation.createDatabase();
    await preparation.prepare(await preparation.createDatabase());
    const client = await preparation.connect(database);
    await makeFunctions(client, preparation, [PERMISSIONS]);
    await client.query("CREATE TABLE keyless (id int)");
    await expect(client.query("SELECT setup_debezium_schema_permissions()")).rejects.toMatchObject({
      message: expect.stringContaining("public.keyless has no usable primary key") as string,
      hint: "add a primary key, or: ALTER TABLE public.keyless REPLICA IDENTITY FULL",
    });
    await client.query("ALTER TABLE keyless REPLICA IDENTITY FULL");
    await client.query("SELECT setup_debezium_schema_permissions()");
    expect((await preparation.facts(database)).publication).toMatchObject({ allTables: true });
  });

  it("say what to do next when the database is another, whatever it is called", async () => {
    const database = await preparation.createDatabase(`my "kart"; drop ${preparation.id}`);
    await preparation.query(
      adminDatabase,
      `REVOKE CONNECT ON DATABASE "${database.replaceAll('"', '""')}" FROM PUBLIC`,
    );
    await preparation.prepare(await preparation.createDatabase());
    expect((await preparation.facts(database)).hasConnect).toBe(false);
    const admin = await preparation.connect(adminDatabase);
    const notices: unknown[] = [];
    admin.on("notice", ({ message }) => notices.push(message));
    await admin.query("SELECT setup_debezium_for_database($1)", [database]);
    expect(notices).toEqual([
      `connect to "my ""kart""; drop ${preparation.id}" and run: SELECT setup_debezium_schema_permissions();`,
    ]);
    expect((await preparation.facts(database)).hasConnect).toBe(true);
  });

  it.each([["nowhere"], ['no "where"; drop'], [""]])(
    "raise for a database that is missing: %j",
    async (name) => {
      await preparation.prepare(await preparation.createDatabase());
      const admin = await preparation.connect(adminDatabase);
      await expect(admin.query("SELECT setup_debezium_for_database($1)", [name])).rejects.toMatchObject({
        code: "3D000",
        message: expect.stringMatching(/^there is no database /) as string,
      });
    },
  );

  it("are the administrator's alone", async () => {
    await preparation.prepare(await preparation.createDatabase());
    const anybody = await preparation.createRole(`${preparation.id}_anybody`);
    for (const call of ["setup_debezium_for_database('x')", "setup_debezium_schema_permissions()"]) {
      await expect(preparation.query(adminDatabase, `SELECT ${call}`, anybody)).rejects.toMatchObject({
        code: "42501",
      });
    }
  });

  it("follow the configuration: another publication's name gets into both", async () => {
    const database = await preparation.createDatabase();
    await preparation.prepare(database);
    const publication = `${preparation.publication}_2`;
    const recorder = await preparation.prepare(database, { publication });
    expect(recorder.summary()).toEqual(
      expect.arrayContaining(["setup function: updated", `setup functions in ${adminDatabase}: updated`]),
    );
    await preparation.query(database, `DROP PUBLICATION ${publication}`);
    await preparation.query(database, "SELECT setup_debezium_schema_permissions()");
    const published = "SELECT pubname::text FROM pg_publication ORDER BY 1";
    expect(await preparation.query(database, published)).toEqual([preparation.publication, publication]);
  });

  it("leave somebody else's function of the same name alone", async () => {
    const database = await preparation.createDatabase();
    const foreign = `CREATE FUNCTION setup_debezium_schema_permissions() RETURNS text LANGUAGE sql AS $$ SELECT 'mine'::text $$`;
    await preparation.query(database, foreign);
    await preparation.query(adminDatabase, foreign);
    const recorder = await preparation.prepare(database);
    const details = recorder.steps().filter(({ step }) => step.startsWith("setup function"));
    expect(details.map(({ status, detail }) => [status, detail])).toEqual([
      ["unchanged", "setup_debezium_schema_permissions (somebody else's, left alone)"],
      [
        "created",
        "setup_debezium_for_database, setup_debezium_schema_permissions (somebody else's, left alone)",
      ],
    ]);
    for (const where of [database, adminDatabase]) {
      expect(await preparation.query(where, "SELECT setup_debezium_schema_permissions()")).toEqual(["mine"]);
    }
  });
});

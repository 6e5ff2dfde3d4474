import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { passes, trips } from "../../support/check-fixtures.js";
import {
  diagnose,
  type DiagnosisOverrides,
  expectPassed,
  expectSkipped,
  expectTripped,
  findingsOf,
  sqlOf,
} from "../../support/diagnose.js";
import { createPreparation, type Preparation } from "../../support/preparation.js";

let preparation: Preparation;
let database: string;
let owner: string;
beforeEach(async () => {
  preparation = await createPreparation();
  database = await preparation.createDatabase();
  owner = `${preparation.id}_owner`;
  await preparation.createRole(owner);
  await preparation.createRole(preparation.role, "REPLICATION");
});
afterEach(() => preparation.dispose());

const run = (sql: string) => preparation.query(database, sql);
const look = (overrides?: DiagnosisOverrides) => diagnose(preparation, database, overrides);
const asRole = (sql: string) =>
  preparation.query(database, sql, { user: preparation.role, password: preparation.password });

describe("CONNECT", () => {
  trips("CONNECT_DENIED", "is revoked from all; the fix lets the role in", async () => {
    await run(`REVOKE CONNECT ON DATABASE ${database} FROM PUBLIC`);
    await expect(asRole("SELECT 1")).rejects.toThrow("permission denied for database");
    const diagnosis = await look();
    const finding = expectTripped(diagnosis, "CONNECT_DENIED", {
      severity: "error",
      object: preparation.role,
    });
    expect(finding.fix).toMatchObject({ database, isSafe: true });
    expectPassed(diagnosis, "ROLE_CANNOT_LOG_IN");
    await run(sqlOf(finding));
    await asRole("SELECT 1");
    expectPassed(await look(), "CONNECT_DENIED");
  });

  passes("CONNECT_DENIED", "everybody may connect", async () => {
    expectPassed(await look(), "CONNECT_DENIED");
  });
});

describe("USAGE", () => {
  trips("SCHEMA_USAGE_DENIED", "a schema of the application, with capitals in its name", async () => {
    await run('CREATE SCHEMA "Sales Data"; CREATE TABLE "Sales Data".orders (id int PRIMARY KEY)');
    const finding = expectTripped(await look(), "SCHEMA_USAGE_DENIED", {
      severity: "error",
      object: '"Sales Data"',
      seen: "no USAGE; 1 table",
      fix: { isSafe: true },
    });
    await run(sqlOf(finding));
    expectPassed(await look(), "SCHEMA_USAGE_DENIED");
  });

  trips("SCHEMA_USAGE_DENIED", "is less bad where there is no table yet", async () => {
    await run("CREATE SCHEMA later");
    expectTripped(await look(), "SCHEMA_USAGE_DENIED", { severity: "warning", object: "later" });
  });

  passes("SCHEMA_USAGE_DENIED", "a schema that is not captured", async () => {
    await run("CREATE SCHEMA hidden; CREATE TABLE hidden.orders (id int PRIMARY KEY)");
    expectPassed(await look({ schemas: ["public"] }), "SCHEMA_USAGE_DENIED");
  });
});

describe("SELECT", () => {
  trips(
    "TABLE_SELECT_DENIED",
    "tables, partitions and unlogged ones: the snapshot reads them all",
    async () => {
      await run(`CREATE TABLE "My Orders" (id int PRIMARY KEY); CREATE UNLOGGED TABLE cache (id int PRIMARY KEY);
               CREATE TABLE visits (day date) PARTITION BY RANGE (day);
               CREATE TABLE visits_1 PARTITION OF visits DEFAULT;
               CREATE MATERIALIZED VIEW report AS SELECT 1 AS one; CREATE VIEW seen AS SELECT 1 AS one`);
      const found = findingsOf(await look(), "TABLE_SELECT_DENIED");
      expect(found.map(({ object }) => object)).toEqual([
        'public."My Orders"',
        "public.cache",
        "public.visits",
        "public.visits_1",
      ]);
      expect(found).toMatchObject(found.map(() => ({ severity: "error", fix: { database, isSafe: true } })));
      await expect(asRole('SELECT * FROM "My Orders"')).rejects.toThrow("permission denied for table");
      for (const finding of found) await run(sqlOf(finding));
      await asRole('SELECT * FROM "My Orders"');
      expectPassed(await look(), "TABLE_SELECT_DENIED");
    },
  );

  passes("TABLE_SELECT_DENIED", "a schema that is not captured", async () => {
    await run("CREATE SCHEMA hidden; CREATE TABLE hidden.orders (id int PRIMARY KEY)");
    expectPassed(await look({ schemas: ["public"] }), "TABLE_SELECT_DENIED");
  });

  passes("TABLE_SELECT_DENIED", "a role that may read all data", async () => {
    await run(`CREATE TABLE orders (id int PRIMARY KEY); GRANT pg_read_all_data TO ${preparation.role}`);
    expectPassed(await look(), "TABLE_SELECT_DENIED");
  });
});

describe("later tables", () => {
  const makeLater = (schema: string) =>
    run(`SET ROLE ${owner}; CREATE TABLE ${schema}.later (id int PRIMARY KEY); RESET ROLE`);

  trips("LATER_TABLES_UNREADABLE", "an owner who grants nothing, until the fix is run", async () => {
    await run(`CREATE SCHEMA shop AUTHORIZATION ${owner}; GRANT USAGE ON SCHEMA shop TO ${preparation.role}`);
    const found = findingsOf(await look(), "LATER_TABLES_UNREADABLE");
    // The administrator may make tables too.
    expect(found.map(({ object }) => object)).toEqual([preparation.endpoint.adminUser, owner].sort());
    expect(found).toMatchObject(found.map(() => ({ severity: "warning", fix: { database, isSafe: true } })));
    for (const finding of found) await run(sqlOf(finding));
    expectPassed(await look(), "LATER_TABLES_UNREADABLE");
    await makeLater("shop");
    await run(`GRANT CREATE ON DATABASE ${database} TO ${owner}; SET ROLE ${owner}; CREATE SCHEMA more`);
    await makeLater("more");
    await asRole("SELECT * FROM shop.later, more.later AS other");
  });

  trips("LATER_TABLES_UNREADABLE", "with the schemas named, only those count", async () => {
    await run(`CREATE SCHEMA shop AUTHORIZATION ${owner}; CREATE SCHEMA "Other" AUTHORIZATION ${owner};
               ALTER DEFAULT PRIVILEGES FOR ROLE ${owner} IN SCHEMA "Other" GRANT SELECT ON TABLES TO ${preparation.role}`);
    const found = findingsOf(await look({ schemas: ["shop", "Other"] }), "LATER_TABLES_UNREADABLE");
    const ofOwner = found.find(({ object }) => object === owner);
    expect(ofOwner?.fix).toMatchObject({
      sql: `ALTER DEFAULT PRIVILEGES FOR ROLE "${owner}" IN SCHEMA "shop" GRANT SELECT ON TABLES TO "${preparation.role}";`,
    });
    for (const finding of found) await run(sqlOf(finding));
    expectPassed(await look({ schemas: ["shop", "Other"] }), "LATER_TABLES_UNREADABLE");
  });

  passes("LATER_TABLES_UNREADABLE", "a role that may read all data", async () => {
    await run(`CREATE SCHEMA shop AUTHORIZATION ${owner}; GRANT pg_read_all_data TO ${preparation.role}`);
    expectPassed(await look(), "LATER_TABLES_UNREADABLE");
  });
});

describe("without the role", () => {
  it("nothing of its rights is said, either way", async () => {
    await run("CREATE TABLE orders (id int PRIMARY KEY)");
    const diagnosis = await look({ role: `${preparation.id}_nobody` });
    for (const code of [
      "CONNECT_DENIED",
      "SCHEMA_USAGE_DENIED",
      "TABLE_SELECT_DENIED",
      "LATER_TABLES_UNREADABLE",
    ]) {
      expectSkipped(diagnosis, code, "there is no role");
    }
  });
});

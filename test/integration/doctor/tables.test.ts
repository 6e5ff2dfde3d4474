import { afterEach, beforeEach, describe, expect } from "vitest";

import { passes, trips } from "../../support/check-fixtures.js";
import { diagnose, expectPassed, expectTripped, findingsOf, sqlOf } from "../../support/diagnose.js";
import { createPreparation, type Preparation } from "../../support/preparation.js";

let preparation: Preparation;
let database: string;
beforeEach(async () => {
  preparation = await createPreparation();
  database = await preparation.createDatabase();
  await preparation.createRole(preparation.role, "REPLICATION");
});
afterEach(() => preparation.dispose());

const run = (sql: string) => preparation.query(database, sql);
const look = () => diagnose(preparation, database);
const countAsRole = (table: string) =>
  preparation.query(database, `SELECT count(*)::int FROM ${table}`, {
    user: preparation.role,
    password: preparation.password,
  });

const NOTES = "CREATE TABLE notes (id int PRIMARY KEY, body text)";

describe("row-level security", () => {
  const SECURED = `${NOTES}; INSERT INTO notes VALUES (1), (2); ALTER TABLE notes ENABLE ROW LEVEL SECURITY`;
  const grant = () => run(`GRANT SELECT ON notes TO ${preparation.role}`);

  trips("ROW_SECURITY_HIDES_ROWS", "the role sees none of the rows, until the fix is run", async () => {
    await run(SECURED);
    await grant();
    expect(await countAsRole("notes")).toEqual([0]);
    const finding = expectTripped(await look(), "ROW_SECURITY_HIDES_ROWS", {
      severity: "error",
      object: "public.notes",
      fix: { isSafe: false },
    });
    await run(sqlOf(finding));
    expect(await countAsRole("notes")).toEqual([2]);
    expectPassed(await look(), "ROW_SECURITY_HIDES_ROWS");
  });

  trips("ROW_SECURITY_HIDES_ROWS", "a second policy takes away what the first one gives", async () => {
    await run(`${SECURED}; CREATE POLICY all_rows ON notes USING (true);
               CREATE POLICY some_rows ON notes AS RESTRICTIVE USING (id > 1)`);
    await grant();
    expect(await countAsRole("notes")).toEqual([1]);
    expectTripped(await look(), "ROW_SECURITY_HIDES_ROWS");
  });

  trips("ROW_SECURITY_HIDES_ROWS", "a policy that lets all rows be read, by another role", async () => {
    const other = `${preparation.id}_other`;
    await preparation.createRole(other);
    await run(`${SECURED}; CREATE POLICY all_rows ON notes TO ${other} USING (true)`);
    expectTripped(await look(), "ROW_SECURITY_HIDES_ROWS");
  });

  passes("ROW_SECURITY_HIDES_ROWS", "a policy lets the role read every row", async () => {
    await run(`${SECURED}; CREATE POLICY some_rows ON notes USING (id > 1);
               CREATE POLICY for_debezium ON notes FOR SELECT TO ${preparation.role} USING (true)`);
    await grant();
    expect(await countAsRole("notes")).toEqual([2]);
    expectPassed(await look(), "ROW_SECURITY_HIDES_ROWS");
  });

  passes("ROW_SECURITY_HIDES_ROWS", "policies that are not in force", async () => {
    await run(`${NOTES}; CREATE POLICY some_rows ON notes USING (id > 1)`);
    expectPassed(await look(), "ROW_SECURITY_HIDES_ROWS");
  });
});

describe("what is never captured", () => {
  trips("TABLE_UNLOGGED", "its changes are not in the WAL", async () => {
    await run('CREATE UNLOGGED TABLE "The Cache" (id int PRIMARY KEY)');
    const finding = expectTripped(await look(), "TABLE_UNLOGGED", {
      severity: "info",
      object: 'public."The Cache"',
      fix: { isSafe: false },
    });
    await run(sqlOf(finding));
    expectPassed(await look(), "TABLE_UNLOGGED");
  });

  passes("TABLE_UNLOGGED", "an ordinary table, and a temporary one", async () => {
    await run(`${NOTES}; CREATE TEMPORARY TABLE scratch (id int)`);
    expectPassed(await look(), "TABLE_UNLOGGED");
  });

  trips("TABLE_FOREIGN", "its rows are elsewhere", async () => {
    await run(`CREATE FOREIGN DATA WRAPPER nothing; CREATE SERVER elsewhere FOREIGN DATA WRAPPER nothing;
               CREATE FOREIGN TABLE far (id int) SERVER elsewhere`);
    expectTripped(await look(), "TABLE_FOREIGN", { severity: "info", object: "public.far", fix: null });
  });

  passes("TABLE_FOREIGN", "an ordinary table", async () => {
    await run(NOTES);
    expectPassed(await look(), "TABLE_FOREIGN");
  });

  trips("MATERIALIZED_VIEW", "neither read nor followed", async () => {
    await run("CREATE MATERIALIZED VIEW report AS SELECT 1 AS one");
    expectTripped(await look(), "MATERIALIZED_VIEW", { severity: "info", object: "public.report" });
  });

  passes("MATERIALIZED_VIEW", "a view", async () => {
    await run("CREATE VIEW report AS SELECT 1 AS one");
    expectPassed(await look(), "MATERIALIZED_VIEW");
  });

  trips("LARGE_OBJECTS", "their number is told", async () => {
    await run("SELECT lo_create(0) FROM generate_series(1, 3)");
    expectTripped(await look(), "LARGE_OBJECTS", { severity: "info", seen: "3 large objects" });
    await run("SELECT lo_create(0) FROM generate_series(1, 10000)");
    expectTripped(await look(), "LARGE_OBJECTS", { seen: "more than 10,000 large objects" });
  });

  passes("LARGE_OBJECTS", "none", async () => {
    expectPassed(await look(), "LARGE_OBJECTS");
  });
});

describe("what comes otherwise than one would think", () => {
  trips("GENERATED_COLUMNS", "only the snapshot has them", async () => {
    await run(`CREATE TABLE sums (id int PRIMARY KEY, "Twice" int GENERATED ALWAYS AS (id * 2) STORED)`);
    expectTripped(await look(), "GENERATED_COLUMNS", {
      severity: "info",
      object: "public.sums",
      seen: "only in the snapshot: Twice",
    });
  });

  passes("GENERATED_COLUMNS", "an identity column and a default are sent", async () => {
    await run("CREATE TABLE sums (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, twice int DEFAULT 2)");
    expectPassed(await look(), "GENERATED_COLUMNS");
  });

  const LARGE = "(SELECT string_agg(md5(n::text), '') FROM generate_series(1, 1000) n)";

  trips("TOAST_PLACEHOLDER", "a large value, which an update that does not touch it leaves out", async () => {
    await run(`${NOTES}; INSERT INTO notes VALUES (1, ${LARGE})`);
    await expect
      .poll(async () => findingsOf(await look(), "TOAST_PLACEHOLDER"), { timeout: 20_000 })
      .toMatchObject([{ severity: "info", seen: expect.stringContaining("in public.notes") as string }]);
  });

  passes("TOAST_PLACEHOLDER", "small values, and large ones of a table with FULL", async () => {
    await run(`${NOTES}; INSERT INTO notes VALUES (1, 'short'); CREATE TABLE whole (id int PRIMARY KEY, body text);
               ALTER TABLE whole REPLICA IDENTITY FULL; INSERT INTO whole VALUES (1, ${LARGE})`);
    await run("VACUUM whole");
    expectPassed(await look(), "TOAST_PLACEHOLDER");
  });

  trips("TABLE_INHERITED", "a child's rows are read twice", async () => {
    await run(`${NOTES}; CREATE TABLE old_notes (PRIMARY KEY (id)) INHERITS (notes)`);
    expectTripped(await look(), "TABLE_INHERITED", { severity: "info", object: "public.notes" });
  });

  passes("TABLE_INHERITED", "partitions do not inherit in this sense", async () => {
    await run(`CREATE TABLE visits (day date PRIMARY KEY) PARTITION BY RANGE (day);
               CREATE TABLE visits_1 PARTITION OF visits DEFAULT`);
    expectPassed(await look(), "TABLE_INHERITED");
  });
});

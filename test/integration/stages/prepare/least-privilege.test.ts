import { DatabaseError } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { createPreparation, type Preparation } from "../../../support/preparation.js";
import { testedPostgres } from "../../../support/tested-postgres.js";

/** Before PostgreSQL 15, everybody may make tables in the schema public of any database. */
const isPublicClosed = testedPostgres() >= 15;

let preparation: Preparation;
let database: string;
/** A database that nobody prepared. */
let other: string;
beforeAll(async () => {
  preparation = await createPreparation();
  database = await preparation.createDatabase();
  other = await preparation.createDatabase();
  const tables = `CREATE TABLE public.products (id int PRIMARY KEY, name text);
    INSERT INTO public.products VALUES (1, 'a')`;
  await preparation.query(other, tables);
  await preparation.query(
    database,
    `${tables};
     CREATE SCHEMA hr; CREATE TABLE hr.people (id int PRIMARY KEY);
     CREATE SEQUENCE public.numbers;
     CREATE FUNCTION public.harmless() RETURNS int LANGUAGE sql AS 'SELECT 1';
     CREATE VIEW hr.names AS SELECT id FROM hr.people`,
  );
  await preparation.prepare(database, { schemas: ["public"] });
});
afterAll(() => preparation.dispose());

const reader = () => ({ user: preparation.role, password: preparation.password });
const ask = (sql: string, where = database) => preparation.query(where, sql, reader());

/** The SQLSTATE with which the server refused it; that of nothing at all where it was done. */
async function refusalOf(sql: string, where = database): Promise<string | undefined> {
  try {
    await ask(sql, where);
    return undefined;
  } catch (error) {
    if (error instanceof DatabaseError) return error.code;
    throw error;
  }
}

const INSUFFICIENT_PRIVILEGE = "42501";

describe("Debezium's role", () => {
  it("reads what it captures", async () => {
    expect(await ask("SELECT name FROM public.products")).toEqual(["a"]);
    expect(await ask("SELECT count(*)::int FROM cdc_pipeline.probe")).toHaveLength(1);
  });

  it.each<[string, string]>([
    ["inserts", "INSERT INTO public.products VALUES (2, 'b')"],
    ["changes", "UPDATE public.products SET name = 'b'"],
    ["deletes", "DELETE FROM public.products"],
    ["truncates", "TRUNCATE public.products"],
    ["locks rows", "SELECT * FROM public.products FOR UPDATE"],
    ["changes tables", "ALTER TABLE public.products ADD COLUMN more int"],
    ["changes what they publish", "ALTER TABLE public.products REPLICA IDENTITY FULL"],
    ["drops tables", "DROP TABLE public.products"],
    ["writes to the probe table", "INSERT INTO cdc_pipeline.probe SELECT * FROM cdc_pipeline.probe"],
    ["drops the probe table", "DROP TABLE cdc_pipeline.probe"],
    ["makes tables beside it", "CREATE TABLE cdc_pipeline.own (id int)"],
    ["draws numbers", "SELECT nextval('public.numbers')"],
    ["makes triggers", "CREATE TRIGGER t AFTER INSERT ON public.products EXECUTE FUNCTION public.harmless()"],
    [
      "replaces functions",
      "CREATE OR REPLACE FUNCTION public.harmless() RETURNS int LANGUAGE sql AS 'SELECT 2'",
    ],
    ["gives rights away", "ALTER DEFAULT PRIVILEGES FOR ROLE admin GRANT SELECT ON TABLES TO PUBLIC"],
    ["makes schemas", "CREATE SCHEMA own"],
    ["makes extensions", "CREATE EXTENSION hstore"],
    ["makes event triggers", "CREATE EVENT TRIGGER t ON ddl_command_end EXECUTE FUNCTION public.harmless()"],
    ["renames the database", "ALTER DATABASE postgres RENAME TO other"],
    ["reads a schema that is left out", "SELECT * FROM hr.people"],
    ["reads its views", "SELECT * FROM hr.names"],
    ["makes tables there", "CREATE TABLE hr.own (id int)"],
    ["makes roles", "CREATE ROLE own"],
    ["changes the administrator", "ALTER ROLE admin PASSWORD 'x'"],
    ["becomes a superuser", "ALTER ROLE CURRENT_USER SUPERUSER"],
    ["passes row-level security", "ALTER ROLE CURRENT_USER BYPASSRLS"],
    ["becomes the administrator", "SET ROLE admin"],
    ["joins a group that writes", "GRANT pg_write_server_files TO CURRENT_USER"],
    ["reads passwords", "SELECT rolpassword FROM pg_catalog.pg_authid"],
    ["reads passwords of others", "SELECT * FROM pg_catalog.pg_shadow"],
    ["runs programs", "COPY public.products TO PROGRAM 'true'"],
    ["reads from programs", "CREATE TEMP TABLE t (l text); COPY t FROM PROGRAM 'id'"],
    ["writes files of the server", "COPY public.products TO '/tmp/never-written'"],
    ["reads files of the server", "SELECT pg_read_file('pg_hba.conf')"],
    ["lists files of the server", "SELECT * FROM pg_ls_dir('.')"],
    ["imports files of the server", "SELECT lo_import('/etc/passwd')"],
    ["sees who may log in", "SELECT * FROM pg_catalog.pg_hba_file_rules"],
    ["changes the server", "ALTER SYSTEM SET wal_level = minimal"],
    ["reloads the server", "SELECT pg_reload_conf()"],
    ["turns triggers off", "SET session_replication_role = replica"],
    [
      "subscribes elsewhere",
      "CREATE SUBSCRIPTION s CONNECTION 'host=127.0.0.1' PUBLICATION p WITH (connect = false)",
    ],
    ["publishes everything", "CREATE PUBLICATION own FOR ALL TABLES"],
    [
      "ends the administrator's sessions",
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'admin'",
    ],
  ])("is refused where it %s", async (_what, sql) => {
    expect(await refusalOf(sql)).toBe(INSUFFICIENT_PRIVILEGE);
  });

  it.runIf(isPublicClosed)("makes no tables in the application's schema", async () => {
    expect(await refusalOf("CREATE TABLE public.own (id int)")).toBe(INSUFFICIENT_PRIVILEGE);
  });

  it("reads nothing of a database that was not prepared", async () => {
    expect(await refusalOf("SELECT * FROM public.products", other)).toBe(INSUFFICIENT_PRIVILEGE);
    expect(await refusalOf("CREATE SCHEMA own", other)).toBe(INSUFFICIENT_PRIVILEGE);
    expect(await refusalOf("CREATE PUBLICATION own FOR TABLE public.products", other)).toBe(
      INSUFFICIENT_PRIVILEGE,
    );
  });

  it("does not get in where PUBLIC may not", async () => {
    const name = JSON.stringify(other);
    await preparation.query(other, `REVOKE CONNECT ON DATABASE ${name} FROM PUBLIC`);
    expect(await refusalOf("SELECT 1", other)).toBe(INSUFFICIENT_PRIVILEGE);
  });

  it("may run none of the functions of the set-up", async () => {
    const sql = `SELECT count(*)::int, (count(*) FILTER (WHERE has_function_privilege('${preparation.role}', oid, 'EXECUTE')))::int
      FROM pg_proc WHERE proname LIKE 'setup\\_debezium\\_%'`;
    // They are made where all schemas are captured.
    const whole = await preparation.createDatabase();
    await preparation.prepare(whole);
    const client = await preparation.connect(whole);
    const { rows } = await client.query<number[]>({ text: sql, rowMode: "array" });
    expect(rows[0]?.[0]).toBeGreaterThan(0);
    expect(rows[0]?.[1]).toBe(0);
  });

  it("has the rights that docs/security.md tells, and no others", async () => {
    const sql = `SELECT concat_ws(' ', rolsuper, rolcreaterole, rolbypassrls, rolcanlogin, rolreplication, rolcreatedb,
      (SELECT count(*) FROM pg_auth_members WHERE member = r.oid)) FROM pg_roles r WHERE rolname = current_user`;
    expect(await ask(sql)).toEqual(["f f f t t t 0"]);
  });
});

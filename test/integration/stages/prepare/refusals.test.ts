import dns from "node:dns";

import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from "vitest";

import { withPostgres } from "../../../../src/clients/postgres.js";
import { createPreparation, type Preparation } from "../../../support/preparation.js";
import { createStageRecorder } from "../../../support/stage.js";
import { testedPostgres } from "../../../support/tested-postgres.js";

type LookUp = (
  host: string,
  options: unknown,
  found: (error: null, addresses: readonly { address: string; family: number }[]) => void,
) => void;

let preparation: Preparation;
let database: string;
beforeEach(async () => {
  preparation = await createPreparation();
  database = await preparation.createDatabase();
});
afterEach(() => preparation.dispose());

const CATALOGS = [
  "pg_namespace",
  "pg_class",
  "pg_proc",
  "pg_publication",
  "pg_default_acl",
  "pg_description",
  "pg_index",
  "pg_attribute",
];

/** Every row of the catalogs that a preparation could change, with its version; and the role and database. */
async function contentOf(where: string): Promise<unknown[]> {
  const catalogs = CATALOGS.map(
    (name) => `SELECT '${name}', md5(string_agg(xmin || ':' || ctid, ' ' ORDER BY ctid)) FROM ${name}`,
  );
  const shared = [
    `SELECT 'role', to_jsonb(r)::text FROM pg_roles r WHERE rolname = '${preparation.role}'`,
    "SELECT 'database', datacl::text FROM pg_database WHERE datname = current_database()",
  ];
  return preparation.query(
    where,
    `SELECT to_jsonb(s) FROM (${[...catalogs, ...shared].join(" UNION ALL ")}) s`,
  );
}

/** Runs prepare, which must fail without having changed anything; returns the error. */
async function refused(overrides: Parameters<Preparation["prepare"]>[1] = {}): Promise<unknown> {
  const { adminDatabase } = preparation.endpoint;
  const before = [await contentOf(database), await contentOf(adminDatabase)];
  const recorder = createStageRecorder();
  const error: unknown = await preparation.prepare(database, { recorder, ...overrides }).then(
    () => "nothing was refused",
    (thrown: unknown) => thrown,
  );
  expect([await contentOf(database), await contentOf(adminDatabase)]).toEqual(before);
  expect(recorder.events.at(-1)).toMatchObject({ type: "stage-end", status: "failed" });
  return error;
}

const failure = (code: string, message: RegExp, hint: RegExp): unknown =>
  expect.objectContaining({
    name: "CdcError",
    code,
    message: expect.stringMatching(message) as string,
    hint: expect.stringMatching(hint) as string,
  });

describe("prepare changes nothing at all and refuses", () => {
  it("a role that is a superuser", async () => {
    await preparation.createRole(preparation.role, "SUPERUSER");
    expect(await refused()).toEqual(
      failure("ROLE_UNSUITABLE", /exists and is a superuser$/, /ALTER ROLE .* NOSUPERUSER/),
    );
  });

  it.each<readonly [string, string, RegExp]>([
    ["of one table", "FOR TABLE t", /is not FOR ALL TABLES$/],
    // 14 has none.
    ...(testedPostgres() < 15
      ? []
      : ([["of a schema", "FOR TABLES IN SCHEMA public", /is not FOR ALL TABLES$/]] as const)),
    ["without delete", "FOR ALL TABLES WITH (publish = 'insert, update, truncate')", /leaves out some of/],
  ])("a publication %s", async (_what, scope, message) => {
    const { publication } = preparation;
    await preparation.query(
      database,
      `CREATE TABLE t (id int PRIMARY KEY); CREATE PUBLICATION ${publication} ${scope}`,
    );
    expect(await refused()).toEqual(failure("PUBLICATION_UNSUITABLE", message, /debezium\.publication/));
  });

  it.each([
    ["without a primary key", "CREATE TABLE t (id int)", "no primary key", "FULL"],
    [
      "with an identity of NOTHING",
      "CREATE TABLE t (id int PRIMARY KEY); ALTER TABLE t REPLICA IDENTITY NOTHING",
      "REPLICA IDENTITY NOTHING",
      "DEFAULT",
    ],
    [
      "with a deferrable primary key",
      "CREATE TABLE t (id int PRIMARY KEY DEFERRABLE)",
      "its primary key is deferrable",
      "FULL",
    ],
    [
      "with a unique key only",
      "CREATE TABLE t (id int NOT NULL UNIQUE)",
      "no primary key",
      "USING INDEX t_id_key",
    ],
    [
      "with unique indexes that cannot be an identity, and one that can",
      `CREATE TABLE t (id int NOT NULL, a int UNIQUE, b int NOT NULL DEFAULT 1 UNIQUE DEFERRABLE);
       CREATE UNIQUE INDEX ON t (id) WHERE id > 0; CREATE UNIQUE INDEX ON t ((id + 1));
       CREATE UNIQUE INDEX "By Id" ON t (id) INCLUDE (a)`,
      "no primary key",
      'USING INDEX "By Id"',
    ],
    [
      "whose identity's index is gone",
      "CREATE TABLE t (id int NOT NULL UNIQUE); ALTER TABLE t REPLICA IDENTITY USING INDEX t_id_key; ALTER TABLE t DROP CONSTRAINT t_id_key",
      "the index of its replica identity is gone",
      "FULL",
    ],
  ])("a table %s, whose UPDATE would break, by name", async (_what, sql, reason, identity) => {
    await preparation.query(database, `CREATE TABLE good (id int PRIMARY KEY); ${sql}`);
    const fix = `ALTER TABLE public.t REPLICA IDENTITY ${identity};`;
    expect(await refused()).toMatchObject({
      code: "TABLES_WITHOUT_IDENTITY",
      message: expect.stringMatching(`usable identity: public\\.t \\(${reason}\\)$`) as string,
      hint: `in the database, add primary keys, or: ${fix}`,
      details: { tables: ["public.t"], reasons: [{ table: "public.t", reason, changes: 0, fix }] },
    });
    // What it protects: the application goes on as before.
    await preparation.query(database, "INSERT INTO t (id) SELECT 1; UPDATE t SET id = 2; DELETE FROM t");
    // And its fix is one.
    await preparation.query(database, fix);
    await preparation.prepare(database);
    await preparation.query(database, "INSERT INTO t (id) SELECT 1; UPDATE t SET id = 2; DELETE FROM t");
  });

  it("tables without identity in any schema and in partitions, in the order of their names", async () => {
    await preparation.query(
      database,
      `CREATE SCHEMA "Sales EU"; CREATE TABLE "Sales EU"."order; drop" (id int);
       CREATE TABLE z (id int) PARTITION BY RANGE (id); CREATE TABLE z1 PARTITION OF z FOR VALUES FROM (0) TO (9);
       CREATE TABLE m (id int); CREATE SCHEMA app; CREATE TABLE app.b (id int); CREATE TABLE app.a (id int)`,
    );
    const tables = ['"Sales EU"."order; drop"', "app.a", "app.b", "public.m", "public.z1"];
    expect(await refused()).toMatchObject({ code: "TABLES_WITHOUT_IDENTITY", details: { tables } });
  });

  it("a wrong password of the administrator", async () => {
    expect(await refused({ endpoint: { adminPassword: "wrong" } })).toEqual(
      failure("POSTGRES_REFUSED", /password authentication failed/, /postgres\.adminPassword/),
    );
  });

  it("a password of the administrator that is empty", async () => {
    expect(await refused({ endpoint: { adminPassword: "" } })).toEqual(
      failure("POSTGRES_REFUSED", /password/, /postgres\.adminPassword/),
    );
  });

  it("an administrator whom the server does not know", async () => {
    expect(await refused({ endpoint: { adminUser: `${preparation.id}_nobody` } })).toEqual(
      failure("POSTGRES_REFUSED", /password authentication failed/, /postgres\.adminUser/),
    );
  });

  it.each([
    ["at a port that nobody listens at", { port: 1 }],
    ["at a host that has no address", { host: "nowhere.invalid" }],
  ])("a server that is not there: %s", async (_what, endpoint) => {
    expect(await refused({ endpoint })).toEqual(
      failure("POSTGRES_UNREACHABLE", /no connection to PostgreSQL at .+: .+/, /cdc-pipeline status/),
    );
  });

  it("a server that is at none of its host's addresses", async () => {
    const { port } = preparation.endpoint;
    // Two addresses, as `localhost` has on most machines.
    const addresses = [
      { address: "127.0.0.2", family: 4 },
      { address: "127.0.0.3", family: 4 },
    ];
    const lookup = vi.spyOn(dns, "lookup") as unknown as MockInstance<LookUp>;
    lookup.mockImplementation((_host, _options, found) => found(null, addresses));
    await expect(preparation.prepare(database, { endpoint: { host: "db.example" } })).rejects.toEqual(
      failure("POSTGRES_UNREACHABLE", new RegExp(`at db\\.example:${port}: .*ECONNREFUSED`), /status/),
    );
  });

  it("an administrator's database that is missing", async () => {
    const adminDatabase = `${preparation.id}_nowhere`;
    expect(await refused({ endpoint: { adminDatabase } })).toMatchObject({
      code: "DATABASE_MISSING",
      message: expect.stringContaining(`there is no database "${adminDatabase}"`) as string,
    });
  });

  it("a database that takes no connections", async () => {
    await preparation.query("postgres", `ALTER DATABASE ${database} ALLOW_CONNECTIONS false`);
    await expect(preparation.prepare(database)).rejects.toEqual(
      failure("DATABASE_UNSUITABLE", /takes no connections$/, /ALLOW_CONNECTIONS true;$/),
    );
  });
});

describe("prepare makes no database", () => {
  it("where none may be made", async () => {
    const missing = preparation.nameDatabase(`${preparation.id} "gone"`);
    const run = preparation.prepare(missing, { wish: { mayCreateEmpty: false } });
    await expect(run).rejects.toEqual(
      failure("DATABASE_MISSING", /there is no database ".* ""gone"""/, /--schema FILE/),
    );
  });

  it.each([
    ["nothing", () => "", 0],
    ["64 bytes", (id: string) => id.padEnd(64, "x"), 64],
    ["32 letters of two bytes", () => "é".repeat(32), 64],
  ])("of a name of %s", async (_what, nameOf, bytes) => {
    const recorder = createStageRecorder();
    const name = nameOf(preparation.id);
    await expect(preparation.prepare(name, { recorder })).rejects.toEqual(
      failure(
        "DATABASE_NAME_INVALID",
        new RegExp(`1 to 63 bytes; this one has ${bytes}$`),
        /shorter|1 to 63/,
      ),
    );
    expect(recorder.steps()).toMatchObject([{ step: `database ${name}`, status: "failed" }]);
    const cut = `SELECT datname FROM pg_database WHERE datname = left('${name}', 63) OR datname LIKE '%é%'`;
    expect(await preparation.query("postgres", cut)).toEqual([]);
  });
});

describe("prepare tells", () => {
  it("that the role has another password, and how to set it right", async () => {
    await preparation.createRole(preparation.role);
    const run = preparation.prepare(database, { password: "another" });
    await expect(run).rejects.toEqual(
      failure("ROLE_UNSUITABLE", /exists, but cannot log in/, /debezium\.password/),
    );
    const { role, password } = preparation;
    expect(await preparation.query(database, "SELECT 1", { user: role, password })).toEqual([1]);
  });

  it("which of several databases cannot be prepared, after the others", async () => {
    const bad = await preparation.createDatabase();
    await preparation.query(bad, "CREATE TABLE log (line text)");
    const recorder = createStageRecorder();
    await expect(preparation.prepare([database, bad], { recorder })).rejects.toThrow(`in ${bad}, `);
    expect(recorder.steps().filter(({ step }) => step.startsWith("access"))).toMatchObject([{ database }]);
  });

  it("nothing more once it is interrupted", async () => {
    const recorder = createStageRecorder();
    recorder.abort();
    await expect(preparation.prepare(database, { recorder })).rejects.toThrow(/abort/i);
    expect(recorder.steps()).toEqual([]);
  });
});

describe("a connection that the server cuts", () => {
  const cut = (pid: unknown) =>
    preparation.query("postgres", `SELECT pg_terminate_backend(${String(pid)}, 5000)`);

  it("is told as one that is gone, when nothing was running on it", async () => {
    const work = withPostgres(preparation.endpoint, database, async (client) => {
      const { rows } = await client.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
      const ended = new Promise((resolve) => client.once("end", resolve));
      await cut(rows[0]?.pid);
      await ended;
      await client.query("SELECT 1");
    });
    await expect(work).rejects.toEqual(
      failure("POSTGRES_UNREACHABLE", /no connection to PostgreSQL at .+: .+/, /cdc-pipeline status/),
    );
  });
});

describe("prepare takes tables whose changes a publication cannot break", () => {
  it("by an identity of their own, or because they are never published", async () => {
    await preparation.query(
      database,
      `CREATE TABLE full_identity (id int); ALTER TABLE full_identity REPLICA IDENTITY FULL;
       CREATE TABLE by_index (id int NOT NULL UNIQUE); ALTER TABLE by_index REPLICA IDENTITY USING INDEX by_index_id_key;
       CREATE UNLOGGED TABLE unlogged (id int); CREATE VIEW v AS SELECT 1 AS id;
       CREATE TABLE parts (id int PRIMARY KEY) PARTITION BY RANGE (id);
       CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (10)`,
    );
    await preparation.prepare(database);
    for (const table of ["full_identity", "by_index", "unlogged", "parts"]) {
      await preparation.query(
        database,
        `INSERT INTO ${table} VALUES (1); UPDATE ${table} SET id = 2; DELETE FROM ${table}`,
      );
    }
  });
});

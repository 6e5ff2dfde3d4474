import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { namesOf } from "../../../../src/names.js";
import { catchCdcError } from "../../../support/catch-cdc-error.js";
import { createPreparation, type Login, type Preparation } from "../../../support/preparation.js";

let preparation: Preparation;
let database: string;
let boss: Login;
beforeEach(async () => {
  preparation = await createPreparation();
  database = await preparation.createDatabase();
  boss = await preparation.createRole(`${preparation.id}_boss`, "CREATEDB CREATEROLE");
  for (const name of [database, preparation.endpoint.adminDatabase]) {
    await preparation.query(name, `ALTER DATABASE ${name} OWNER TO ${boss.user}`);
  }
  await preparation.query(database, "CREATE TABLE t (id int PRIMARY KEY)", boss);
});
afterEach(() => preparation.dispose());

const prepare = (overrides: Parameters<Preparation["prepare"]>[1] = {}) =>
  preparation.prepare(database, {
    endpoint: { adminUser: boss.user, adminPassword: boss.password },
    ...overrides,
  });
const statuses = (summary: readonly string[]) => summary.filter((line) => !line.endsWith(": unchanged"));
const notices = (events: readonly { readonly type: string; readonly message?: string }[]) =>
  events.flatMap(({ type, message }) => (type === "notice" ? [message] : []));

describe("an administrator who is no superuser", () => {
  it("is told the SQL for a superuser where the role cannot be made", async () => {
    const error = await catchCdcError(prepare());
    expect(error.code).toBe("SUPERUSER_NEEDED");
    const sql = `CREATE ROLE "${preparation.role}" WITH LOGIN REPLICATION CREATEDB NOSUPERUSER PASSWORD 'PASSWORD';`;
    expect(error.hint).toBe(`have a superuser run this, and run prepare again: ${sql}`);
    await preparation.query("postgres", sql.replace("'PASSWORD'", `'${preparation.password}'`));
    await prepare();
  });

  it("publishes the tables one by one, keeps the publication, and says what that means", async () => {
    await preparation.createRole(preparation.role, "REPLICATION");
    const recorder = await prepare();
    expect(recorder.steps().find(({ step }) => step.startsWith("publication"))).toMatchObject({
      status: "created",
      detail: `for 1 table, owned by ${boss.user}`,
    });
    expect(notices(recorder.events)).toContain(
      `in ${database}, the publication lists its tables: tables made later are not captured until prepare runs again`,
    );
    expect(
      await preparation.query(database, "SELECT tablename::text FROM pg_publication_tables ORDER BY 1"),
    ).toEqual(["probe", "t"]);
    expect(statuses((await prepare()).summary())).toEqual([]);
    await preparation.query(database, "CREATE TABLE later (id int PRIMARY KEY)", boss);
    expect(statuses((await prepare()).summary())).toEqual([
      `publication ${preparation.publication}: updated`,
    ]);
    // And it is enough for capture.
    const role = await preparation.connect(database, {
      user: preparation.role,
      password: preparation.password,
    });
    const { slot } = namesOf(database);
    await role.query("SELECT pg_create_logical_replication_slot($1, 'pgoutput')", [slot]);
    await preparation.query(database, "INSERT INTO later VALUES (1)", boss);
    const { rows } = await role.query(
      `SELECT 1 FROM pg_logical_slot_peek_binary_changes($1, NULL, NULL, 'proto_version', '1', 'publication_names', $2)
       WHERE get_byte(data, 0) = ascii('I')`,
      [slot, preparation.publication],
    );
    expect(rows).toHaveLength(1);
  });

  it("goes on with that publication also as a superuser later", async () => {
    await preparation.createRole(preparation.role, "REPLICATION CREATEDB");
    await prepare();
    expect(
      statuses((await preparation.prepare(database)).summary()).filter((line) =>
        line.startsWith("publication"),
      ),
    ).toEqual([]);
  });

  it("is told of tables that belong to others, with what makes them capturable", async () => {
    await preparation.createRole(preparation.role, "REPLICATION");
    const ann = await preparation.createRole(`${preparation.id}_ann`);
    await preparation.query(
      database,
      `CREATE SCHEMA hers AUTHORIZATION ${ann.user}; GRANT USAGE ON SCHEMA hers TO ${preparation.role}`,
    );
    await preparation.query(database, "CREATE TABLE hers.t (id int PRIMARY KEY)", ann);
    const error = await catchCdcError(prepare());
    expect(error).toMatchObject({
      code: "RIGHT_MISSING",
      details: { tables: [{ table: "hers.t", owner: ann.user }] },
    });
    const grant = `GRANT "${ann.user}" TO "${boss.user}";`;
    expect(error.hint).toContain(grant);
    await expect(prepare({ schemas: ["public"] })).resolves.toBeDefined();
    await preparation.query("postgres", grant);
    expect(statuses((await prepare()).summary())).toContain(
      `publication ${preparation.publication}: updated`,
    );
  });

  it("is told whose later tables cannot be granted in advance", async () => {
    await preparation.createRole(preparation.role, "REPLICATION");
    const ann = await preparation.createRole(`${preparation.id}_ann`);
    await preparation.query(database, `GRANT CREATE ON DATABASE ${database} TO ${ann.user}`);
    expect(notices((await prepare()).events).join("\n")).toContain(
      `tables that ${preparation.endpoint.adminUser}, ${ann.user} will make cannot be granted in advance`.replace(
        `${preparation.endpoint.adminUser}, `,
        "",
      ),
    );
  });

  it("needs the right to make schemas, and is told the statement that gives it", async () => {
    await preparation.createRole(preparation.role, "REPLICATION");
    await preparation.query(
      database,
      `ALTER DATABASE ${database} OWNER TO CURRENT_USER; GRANT CONNECT ON DATABASE ${database} TO ${boss.user}`,
    );
    const error = await catchCdcError(prepare());
    expect(error).toMatchObject({ code: "RIGHT_MISSING" });
    expect(error.hint).toContain(`GRANT CREATE ON DATABASE "${database}" TO "${boss.user}";`);
  });

  it("cannot be made to publish all tables", async () => {
    await preparation.createRole(preparation.role, "REPLICATION");
    await expect(prepare({ publish: "all" })).rejects.toMatchObject({
      code: "SUPERUSER_NEEDED",
      message: expect.stringContaining("only one can make a publication FOR ALL TABLES") as string,
    });
  });

  it("gives the right to replicate by the group of RDS where there is one", async () => {
    await preparation.query(
      "postgres",
      `CREATE ROLE rds_replication; GRANT rds_replication TO ${boss.user} WITH ADMIN OPTION`,
    );
    try {
      const recorder = await prepare();
      expect(recorder.steps()[1]).toMatchObject({
        status: "created",
        detail: "login, rds_replication, createdb, no superuser",
      });
      expect(statuses((await prepare()).summary())).toEqual([]);
    } finally {
      await preparation.query("postgres", "DROP ROLE rds_replication");
    }
  });

  it("without the right to connect is told so", async () => {
    const other = await preparation.createDatabase();
    await preparation.query("postgres", `REVOKE CONNECT ON DATABASE ${other} FROM PUBLIC`);
    await preparation.createRole(preparation.role, "REPLICATION");
    await preparation.query("postgres", `GRANT CONNECT ON DATABASE ${other} TO ${preparation.role}`);
    const run = preparation.prepare(other, {
      endpoint: { adminUser: boss.user, adminPassword: boss.password },
    });
    await expect(run).rejects.toMatchObject({
      code: "POSTGRES_REFUSED",
      hint: `have its owner run: GRANT CONNECT ON DATABASE "${other}" TO "${boss.user}";`,
    });
  });
});

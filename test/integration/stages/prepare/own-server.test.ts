import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { loadConfig } from "../../../../src/config/load.js";
import { namesOf } from "../../../../src/names.js";
import { runPipeline } from "../../../../src/pipeline.js";
import { notYet, ready } from "../../../../src/wait/wait-until.js";
import { catchCdcError } from "../../../support/catch-cdc-error.js";
import { startPostgres } from "../../../support/own-postgres.js";
import type { PostgresServer } from "../../../support/postgres-server.js";
import { createPreparation, type Preparation } from "../../../support/preparation.js";
import { createStageRecorder, type StageRecorder } from "../../../support/stage.js";
import { until } from "../../../support/until.js";

/* What changes a whole server: template1, its access rules, its being a standby. */

let server: PostgresServer;
let preparation: Preparation;
beforeEach(async () => {
  server = await startPostgres({ settings: { log_statement: "all" } });
  preparation = await createPreparation(server.connection);
});
afterEach(async () => {
  try {
    // What is in databases that are not the test's own would keep the roles from being dropped.
    const ours = `SELECT rolname FROM pg_roles WHERE strpos(rolname, '${preparation.id}') > 0`;
    for (const role of await preparation.query("postgres", ours)) {
      for (const kept of ["template1", "postgres"]) {
        await preparation.query(kept, `DROP OWNED BY "${String(role)}"`);
      }
    }
    await preparation.dispose();
  } finally {
    await server.stop();
  }
});

const changed = (recorder: StageRecorder) =>
  recorder.summary().filter((line) => !line.endsWith(": unchanged"));
const notices = ({ events }: StageRecorder) =>
  events.flatMap((event) => (event.type === "notice" ? [event.message] : []));

describe("prepare of new databases", () => {
  it("lets every later database be born ready, whoever makes its tables", async () => {
    const ann = await preparation.createRole(`${preparation.id}_ann`, "CREATEDB");
    const recorder = await preparation.prepare([], { newDatabases: true });
    expect(recorder.steps().map(({ step, database, status }) => [step, database, status])).toEqual([
      [`role ${preparation.role}`, "template1", "created"],
      ["probe table cdc_pipeline.probe", "template1", "created"],
      ["grants", "template1", "created"],
      [`publication ${preparation.publication}`, "template1", "created"],
      ["setup function", "template1", "created"],
      [`setup functions in ${preparation.endpoint.adminDatabase}`, undefined, "created"],
    ]);
    expect(notices(recorder)).toEqual([
      "in every database made from now on, UPDATE and DELETE fail on tables without a usable primary key; " +
        "databases made from template0 are not covered",
    ]);

    const database = preparation.nameDatabase();
    await preparation.query("postgres", `CREATE DATABASE ${database}`, ann);
    await preparation.query(database, "CREATE SCHEMA hers; CREATE TABLE hers.t (id int PRIMARY KEY)", ann);
    expect(changed(await preparation.prepare(database))).toEqual([]);

    const reader = await preparation.connect(database, {
      user: preparation.role,
      password: preparation.password,
    });
    const { slot } = namesOf(database);
    await reader.query("SELECT pg_create_logical_replication_slot($1, 'pgoutput')", [slot]);
    await preparation.query(database, "INSERT INTO hers.t VALUES (7)", ann);
    expect((await reader.query("TABLE hers.t")).rows).toEqual([{ id: 7 }]);
    const { rows } = await reader.query(
      `SELECT 1 FROM pg_logical_slot_peek_binary_changes($1, NULL, NULL, 'proto_version', '1', 'publication_names', $2)
       WHERE get_byte(data, 0) = ascii('I')`,
      [slot, preparation.publication],
    );
    expect(rows).toHaveLength(1);

    expect(changed(await preparation.prepare([], { newDatabases: true }))).toEqual([]);
    // One from the other template is like any database that nobody has prepared.
    const plain = preparation.nameDatabase();
    await preparation.query("postgres", `CREATE DATABASE ${plain} TEMPLATE template0`);
    expect(changed(await preparation.prepare(plain))).toContain(
      `publication ${preparation.publication}: created`,
    );
  });

  it("leaves what a template does not carry, a right to connect that is not everybody's, to prepare", async () => {
    await preparation.prepare([], { newDatabases: true });
    const database = await preparation.createDatabase();
    await preparation.query("postgres", `REVOKE CONNECT ON DATABASE ${database} FROM PUBLIC`);
    expect(changed(await preparation.prepare(database))).toEqual(["grants: updated"]);
  });
});

describe("prepare of all databases", () => {
  it("takes those that are named, and the others that take connections but for the administrator's", async () => {
    const databases = [await preparation.createDatabase(), await preparation.createDatabase()];
    const { host, port, adminUser, adminPassword, adminDatabase } = preparation.endpoint;
    const flags = {
      target: "external",
      "postgres.host": host,
      "postgres.port": port,
      "postgres.adminUser": adminUser,
      "postgres.adminPassword": adminPassword,
      "postgres.adminDatabase": adminDatabase,
      "debezium.user": preparation.role,
      "debezium.schemas": "public",
    };
    const config = await loadConfig({ cwd: server.dataDir, env: {}, flags });
    const { context } = createStageRecorder();
    const named = [{ name: databases[1] ?? "" }];
    const result = await runPipeline({ config, databases: named, stages: ["prepare"], all: true }, context);
    expect(result.databases).toEqual([databases[1], "postgres", databases[0]]);
    for (const database of result.databases) {
      const published = "SELECT DISTINCT schemaname FROM pg_publication_tables ORDER BY 1";
      expect(await preparation.query(database, published)).toEqual(["cdc_pipeline"]);
      const reads = `SELECT has_schema_privilege('${preparation.role}', 'public', 'USAGE')`;
      expect(await preparation.query(database, reads)).toEqual([true]);
    }
  });
});

describe("the server's log", () => {
  it("never holds the role's password", async () => {
    const database = await preparation.createDatabase();
    await preparation.prepare(database, { password: "unmistakable-password" });
    const log = await server.readLog();
    expect(log).toContain("CREATE ROLE");
    expect(log).not.toContain("unmistakable-password");
  });
});

describe("a server that is a standby", () => {
  it("is refused, with where to go", async () => {
    await using standby = await server.makeStandby();
    const endpoint = { adminDatabase: "postgres", port: standby.port };
    expect(await catchCdcError(preparation.prepare("postgres", { endpoint }))).toMatchObject({
      code: "SERVER_IN_RECOVERY",
      hint: "prepare on the primary: set postgres.host and postgres.port to it",
    });
  });
});

describe("access rules of the server", () => {
  const rules = async (...lines: string[]) => {
    await writeFile(join(server.dataDir, "pg_hba.conf"), `${lines.join("\n")}\n`);
    await server.reload();
  };
  const everybody = "host all all 127.0.0.1/32 scram-sha-256";

  it("that keep the administrator out of a database are named, and nothing is changed", async () => {
    const database = await preparation.createDatabase();
    await rules(`host ${database} admin 127.0.0.1/32 reject`, everybody);
    const error = await catchCdcError(preparation.prepare(database));
    await rules(everybody);
    expect(error).toMatchObject({ code: "POSTGRES_REFUSED" });
    expect(error.hint).toContain("pg_hba.conf");
    expect(await preparation.query(database, "SELECT pubname FROM pg_publication")).toEqual([]);
  });

  it("that tell no database from another need no more than one login; others need one a database", async () => {
    const databases = await Promise.all([1, 2, 3].map(() => preparation.createDatabase()));
    await preparation.prepare(databases);
    const logins = async () => {
      const before = (await server.readLog()).length;
      const recorder = await preparation.prepare(databases);
      const accesses = recorder.steps().filter(({ step }) => step === `access as ${preparation.role}`);
      expect(accesses.map(({ detail }) => detail)).toEqual(Array(3).fill("may read 1 published table"));
      const log = (await server.readLog()).slice(before);
      return log.split("\n").filter((line) => line.includes(`authorized: user=${preparation.role} `)).length;
    };
    await preparation.query("postgres", "ALTER SYSTEM SET log_connections = on");
    await until("the rules to be read some time after they were written", async () => {
      await server.reload();
      const age = "pg_conf_load_time() - (pg_stat_file('pg_hba.conf')).modification";
      const [isOld] = await preparation.query("postgres", `SELECT ${age} > interval '1 s'`);
      return isOld === true ? ready(undefined) : notYet("they are new");
    });
    expect(await logins()).toBe(1);
    await rules(`host ${databases[0] ?? ""} all 127.0.0.1/32 scram-sha-256`, everybody);
    expect(await logins()).toBe(4);
    // Not read yet, so nobody knows which rules hold.
    await writeFile(join(server.dataDir, "pg_hba.conf"), `${everybody}\n`);
    expect(await logins()).toBe(4);
  });

  it("that keep a role out that is there are found before anything is changed", async () => {
    const database = await preparation.createDatabase();
    await preparation.createRole(preparation.role, "REPLICATION CREATEDB");
    await rules(`host ${database} ${preparation.role} 127.0.0.1/32 reject`, everybody);
    const error = await catchCdcError(preparation.prepare(database));
    expect(error).toMatchObject({ code: "ROLE_UNSUITABLE" });
    expect(error.hint).toContain(`add a line to pg_hba.conf that lets ${preparation.role} in to ${database}`);
    expect(await preparation.query(database, "SELECT pubname FROM pg_publication")).toEqual([]);
    await rules(everybody);
    await preparation.prepare(database);
  });
});

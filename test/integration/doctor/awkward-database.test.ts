import { readFile } from "node:fs/promises";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { quoteIdentifier } from "../../../src/clients/postgres.js";
import type { Finding, Fix } from "../../../src/doctor/finding.js";
import type { Diagnosis } from "../../../src/doctor/run-checks.js";
import { CdcError } from "../../../src/errors.js";
import { splitSql } from "../../../src/sql/split-sql.js";
import { diagnose, findingsOf } from "../../support/diagnose.js";
import { startPostgres } from "../../support/own-postgres.js";
import type { PostgresServer } from "../../support/postgres-server.js";
import { createPreparation, type Preparation } from "../../support/preparation.js";

const DATABASE = "Awkward Shop";
const SETTINGS = { max_prepared_transactions: 5 };
/** The other servers are not there in this test. */
const ELSEWHERE = /^(CONNECT|KAFKA)_UNREACHABLE$/;
const MOST_ROUNDS = 6;

let server: PostgresServer;
let preparation: Preparation;
let endpoint: Preparation["endpoint"];
beforeAll(async () => {
  server = await startPostgres({ settings: SETTINGS });
  preparation = await createPreparation();
  const { host, port, user: adminUser, password: adminPassword } = server;
  endpoint = { host, port, adminUser, adminPassword, adminDatabase: "postgres" };
  await server.query("postgres", `CREATE DATABASE ${quoteIdentifier(DATABASE)}`);
  await run(await readFile(new URL("awkward-database.sql", import.meta.url), "utf8"));
});
afterAll(async () => {
  await server.stop();
  await preparation.dispose();
});

/** Statement by statement on one connection, as psql does. */
async function run(sql: string, database = DATABASE): Promise<void> {
  const client = await server.connect(database);
  for (const { start, end } of splitSql(sql)) await client.query(sql.slice(start, end));
  await client.end();
}

const look = (): Promise<Diagnosis> => diagnose({ ...preparation, endpoint }, DATABASE);

/** Errors and warnings with something that can be run against them. */
const toBeFixed = ({ findings }: Diagnosis): Finding[] =>
  findings.filter(
    ({ code, severity, fix }) =>
      (severity === "error" || (severity === "warning" && fix !== null && fix.kind !== "advice")) &&
      !ELSEWHERE.test(code),
  );

/** Does what a person would who reads from top to bottom: one fix that is told twice is done once. */
async function follow(findings: readonly Finding[]): Promise<string[]> {
  const done = new Set<string>();
  const refusals: string[] = [];
  for (const { fix } of findings) {
    const key = JSON.stringify(fix);
    if (fix === null || done.has(key)) continue;
    done.add(key);
    const refusal = await attempt(fix);
    if (refusal !== undefined) refusals.push(refusal);
  }
  return refusals;
}

/** @returns the code with which `prepare` refused; every SQL must go through */
async function attempt(fix: Fix): Promise<string | undefined> {
  if (fix.kind === "sql") await run(fix.sql, fix.database);
  if (fix.kind !== "command") return undefined;
  expect(fix.command).toBe(`cdc-pipeline prepare '${DATABASE}'`);
  try {
    await preparation.prepare(DATABASE, { endpoint });
    return undefined;
  } catch (error) {
    if (!(error instanceof CdcError)) throw error;
    return error.code;
  }
}

/** An application that updates and deletes rows of a table without a key all the time. */
async function startApplication(): Promise<() => Promise<number>> {
  const client = await server.connect(DATABASE, { user: "Alice App", password: "alice" });
  let isStopped = false;
  let updates = 0;
  const work = (async () => {
    while (!isStopped) {
      await client.query("INSERT INTO sales.events (kind) VALUES ('more')");
      const { rowCount } = await client.query("UPDATE sales.events SET at = now() WHERE kind <> 'more'");
      updates += rowCount ?? 0;
      await client.query("DELETE FROM sales.events WHERE kind = 'more'");
    }
  })();
  // It is looked at in the end.
  work.catch(() => undefined);
  return async () => {
    isStopped = true;
    await work;
    await client.end();
    return updates;
  };
}

interface Table {
  readonly oid: number;
  readonly name: string;
  readonly column: string;
  readonly is_published: boolean;
}

const tables = async (): Promise<Table[]> =>
  (await server.query(
    DATABASE,
    `SELECT c.oid::int AS oid, format('%I.%I', n.nspname, c.relname) AS name, quote_ident(a.attname) AS column,
            c.oid IN (SELECT relid FROM pg_get_publication_tables('${preparation.publication}')) AS is_published
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = 1
     WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^(pg_|information_schema|cdc_pipeline)' ORDER BY 1`,
  )) as unknown as Table[];

describe("an awkward database", () => {
  it("comes from red to green by nothing but what doctor prints, while an application goes on", async () => {
    const stopApplication = await startApplication();
    const rounds: string[][] = [];
    const refusals: string[] = [];
    for (let findings = toBeFixed(await look()); findings.length > 0; findings = toBeFixed(await look())) {
      rounds.push([...new Set(findings.map(({ code }) => code))]);
      expect(rounds.length, JSON.stringify(findings, null, 1)).toBeLessThanOrEqual(MOST_ROUNDS);
      refusals.push(...(await follow(findings)));
    }
    expect(rounds[0]).toEqual(
      expect.arrayContaining([
        "ROLE_MISSING",
        "REPLICA_IDENTITY_MISSING",
        "REPLICA_IDENTITY_NOTHING",
        "REPLICA_IDENTITY_DEFERRABLE",
        "PUBLICATION_MISSING",
      ]),
    );
    expect(rounds.flat()).toEqual(
      expect.arrayContaining(["ROW_SECURITY_HIDES_ROWS", "SLOT_PROBE", "SNAPSHOT_TIMEOUT"]),
    );
    // It would have broken the application, and was not done before the tables were mended.
    expect(new Set(refusals)).toEqual(new Set(["TABLES_WITHOUT_IDENTITY"]));
    expect(await stopApplication()).toBeGreaterThan(0);
  });

  it("is then read whole by the snapshot, partitions and hidden rows too", async () => {
    const role = await server.connect(DATABASE, { user: preparation.role, password: preparation.password });
    const counted: unknown[] = [];
    const expected: unknown[] = [];
    for (const { name } of await tables()) {
      const sql = `SELECT count(*)::int AS rows FROM ${name}`;
      counted.push({ name, ...(await role.query<object>(sql)).rows[0] });
      expected.push({ name, ...(await server.query(DATABASE, sql))[0] });
    }
    expect(counted).toEqual(expected);
    expect(counted).toContainEqual({ name: '"téléphone"."Customers"', rows: 50 });
    expect(counted.length).toBeGreaterThan(12);
  });

  it("lets every table be updated and deleted from, and sends the changes", async () => {
    const slot = "of_the_test";
    await run(`SELECT pg_create_logical_replication_slot('${slot}', 'pgoutput')`);
    const published = (await tables()).filter(({ is_published }) => is_published);
    for (const { name, column } of await tables()) {
      await run(`UPDATE ${name} SET ${column} = ${column}; BEGIN; DELETE FROM ${name}; ROLLBACK`);
    }
    // A message `U` is an update; the number of its table follows.
    const updated = await server.query(
      DATABASE,
      `SELECT DISTINCT ('x' || encode(substring(data FROM 2 FOR 4), 'hex'))::bit(32)::int AS oid
       FROM pg_logical_slot_get_binary_changes('${slot}', NULL, NULL, 'proto_version', '1',
         'publication_names', '${preparation.publication}') WHERE get_byte(data, 0) = ascii('U')`,
    );
    expect(updated.map(({ oid }) => oid).sort()).toEqual(published.map(({ oid }) => oid).sort());
    await run(`SELECT pg_drop_replication_slot('${slot}')`);
  });

  it("stays green when another owner makes a schema and a table", async () => {
    const carol = await server.connect(DATABASE, { user: "carol", password: "carol" });
    await carol.query('CREATE SCHEMA "New One"');
    await carol.query('CREATE TABLE "New One".things (id int PRIMARY KEY)');
    await carol.query('INSERT INTO "New One".things VALUES (1)');
    const diagnosis = await look();
    expect(toBeFixed(diagnosis)).toEqual([]);
    expect(findingsOf(diagnosis, "TABLE_SELECT_DENIED")).toEqual([]);
    const role = await server.connect(DATABASE, { user: preparation.role, password: preparation.password });
    expect((await role.query('SELECT * FROM "New One".things')).rows).toEqual([{ id: 1 }]);
  });
});

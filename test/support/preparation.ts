import { randomUUID } from "node:crypto";

import { Client, escapeIdentifier } from "pg";
import { inject } from "vitest";

import type { PostgresEndpoint } from "../../src/clients/postgres.js";
import { withPostgres } from "../../src/clients/postgres.js";
import type { DatabaseWish } from "../../src/stages/prepare/ensure-database.js";
import type { DatabaseFacts } from "../../src/stages/prepare/facts/database-facts.js";
import { detailsQuery } from "../../src/stages/prepare/facts/details-query.js";
import { factsQuery } from "../../src/stages/prepare/facts/facts-query.js";
import { prepare } from "../../src/stages/prepare/prepare.js";
import type { PrepareOptions } from "../../src/stages/prepare/prepare-options.js";
import { SCHEMA_PERMISSIONS } from "../../src/stages/setup-function.js";
import type { PostgresConnection } from "./postgres-connection.js";
import { createStageRecorder, type StageRecorder } from "./stage.js";

export interface Login {
  readonly user: string;
  readonly password: string;
}

export interface PrepareOverrides extends Partial<Omit<PrepareOptions, "deployment" | "databases">> {
  readonly endpoint?: Partial<PostgresEndpoint>;
  readonly wish?: Partial<DatabaseWish>;
  readonly recorder?: StageRecorder;
}

/** Names, roles and databases of one test of the stage `prepare`; `dispose` takes all of them away. */
export interface Preparation {
  /** In every name that the test uses: what is in the whole cluster cannot meet another test's. */
  readonly id: string;
  /** The administrator's view, with an administrator's database of the test's own. */
  readonly endpoint: PostgresEndpoint;
  readonly role: string;
  readonly password: string;
  readonly publication: string;
  /** A name that `dispose` removes the database of, whoever makes it. */
  nameDatabase(name?: string): string;
  createDatabase(name?: string): Promise<string>;
  /** Has `dispose` remove a role that somebody else makes. */
  trackRole(name: string): void;
  /** A role with the password `password`; it must not own anything outside the test's databases. */
  createRole(name: string, attributes?: string): Promise<Login>;
  /** A connection that `dispose` ends: of the administrator, unless somebody else is named. */
  connect(database: string, login?: Login): Promise<Client>;
  /** Runs SQL on a connection of its own and returns the first column of the last statement's rows. */
  query(database: string, sql: string, login?: Login): Promise<unknown[]>;
  /** What the stage is given. */
  options(databases: string | readonly string[], overrides?: PrepareOverrides): PrepareOptions;
  /** Runs the stage; rejects as the stage does. */
  prepare(databases: string | readonly string[], overrides?: PrepareOverrides): Promise<StageRecorder>;
  facts(database: string): Promise<DatabaseFacts>;
  /** Removes everything, and throws if something is left that bears the test's id. */
  dispose(): Promise<void>;
}

/** @param postgres another server than the one that all tests share */
export async function createPreparation(
  postgres: PostgresConnection = inject("postgres"),
): Promise<Preparation> {
  const id = `t_${randomUUID().replaceAll("-", "").slice(0, 8)}`;
  const { host, port, user, password: adminPassword } = postgres;
  const open = (database: string, login: Login) => openClient(postgres, database, login);
  const role = `${id}_debezium`;
  const publication = `${id}_publication`;
  const password = `pass of ${id}`;
  const endpoint: PostgresEndpoint = {
    host,
    port,
    adminUser: user,
    adminPassword,
    adminDatabase: `${id}_admin`,
  };
  const server = await open("postgres", { user, password: adminPassword });
  const databases = new Set<string>();
  const roles = new Set([role]);
  const clients: Client[] = [];

  const nameDatabase = (name = `${id}_${databases.size}`): string => {
    databases.add(name);
    return name;
  };
  const createDatabase = async (name?: string): Promise<string> => {
    const database = nameDatabase(name);
    await server.query(`CREATE DATABASE ${escapeIdentifier(database)}`);
    return database;
  };
  const connect = async (database: string, login: Login = { user, password: adminPassword }) => {
    const client = await open(database, login);
    clients.push(client);
    return client;
  };

  const optionsFor: Preparation["options"] = (wanted, overrides = {}) => {
    const { endpoint: other, wish, ...rest } = overrides;
    const names = typeof wanted === "string" ? [wanted] : wanted;
    const deployment = {
      endpoints: {
        postgres: { ...endpoint, ...other },
        kafka: { brokers: [] },
        connect: { url: "http://127.0.0.1:1" },
      },
      postgresFromConnect: { host, port },
    };
    const databases = names.map((database) => ({ database, mayCreateEmpty: true, ...wish }));
    const defaults = { schemas: [], publish: "auto", adopt: false, newDatabases: false } as const;
    return { deployment, databases, role, password, publication, ...defaults, ...rest };
  };

  await createDatabase(endpoint.adminDatabase);
  return {
    id,
    endpoint,
    role,
    password,
    publication,
    nameDatabase,
    createDatabase,
    connect,
    trackRole: (name) => void roles.add(name),
    async createRole(name, attributes = "") {
      roles.add(name);
      await server.query(`CREATE ROLE ${escapeIdentifier(name)} LOGIN PASSWORD '${password}' ${attributes}`);
      return { user: name, password };
    },
    async query(database, sql, login) {
      const client = await open(database, login ?? { user, password: adminPassword });
      try {
        const results = await client.query<unknown[]>({ text: sql, rowMode: "array" });
        const last = [results].flat().at(-1);
        return (last?.rows ?? []).map(([value]) => value);
      } finally {
        await client.end();
      }
    },
    options: optionsFor,
    async prepare(wanted, overrides = {}) {
      const { recorder = createStageRecorder() } = overrides;
      const options = optionsFor(wanted, overrides);
      await recorder.run("prepare", (stage, context) => prepare(options, stage, context));
      return recorder;
    },
    facts: (database) =>
      withPostgres(endpoint, database, async (client) => {
        const { rows } = await client.query<{ version: number }>(
          "SELECT current_setting('server_version_num')::int AS version",
        );
        const serverVersion = rows[0]?.version ?? 0;
        const defaults = { schemas: [], publish: "auto", isTemplate: false } as const;
        const functions = [SCHEMA_PERMISSIONS.signature];
        const question = { role, publication, serverVersion, functions, ...defaults };
        const ask = async (query: string) => {
          const [row] = (await client.query<{ facts: DatabaseFacts }>(query)).rows;
          if (row === undefined) throw new Error("the query answered no row");
          return row.facts;
        };
        return { ...(await ask(factsQuery(question))), ...(await ask(detailsQuery(question))) };
      }),
    async dispose() {
      try {
        await Promise.all(clients.map((client) => client.end()));
        for (const database of databases) await dropDatabase(server, database);
        for (const name of roles) await server.query(`DROP ROLE IF EXISTS ${escapeIdentifier(name)}`);
        await refuseLeftovers(server, id);
      } finally {
        await server.end();
      }
    },
  };
}

async function openClient(
  { host, port }: PostgresConnection,
  database: string,
  login: Login,
): Promise<Client> {
  const client = new Client({ host, port, ...login, database });
  // A test may have its connection broken on purpose; without a listener that would end the process.
  client.on("error", () => undefined);
  await client.connect();
  return client;
}

/** Slots forbid dropping their database, so they go first. */
async function dropDatabase(server: Client, database: string): Promise<void> {
  await server.query(
    "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE database = $1",
    [database],
  );
  await server.query(`DROP DATABASE IF EXISTS ${escapeIdentifier(database)} WITH (FORCE)`);
}

/** Drafts of databases bear the id in their comment. */
async function refuseLeftovers(server: Client, id: string): Promise<void> {
  const { rows } = await server.query<{ what: string }>(
    `SELECT 'database ' || datname AS what FROM pg_database
      WHERE strpos(datname || coalesce(shobj_description(oid, 'pg_database'), ''), $1) > 0
     UNION ALL SELECT 'role ' || rolname FROM pg_roles WHERE strpos(rolname, $1) > 0
     UNION ALL SELECT 'slot ' || slot_name FROM pg_replication_slots WHERE strpos(slot_name || database, $1) > 0`,
    [id],
  );
  if (rows.length > 0) throw new Error(`the test left behind: ${rows.map(({ what }) => what).join(", ")}`);
}

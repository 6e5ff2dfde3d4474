import { randomUUID } from "node:crypto";

import { Client } from "pg";
import { inject } from "vitest";

import { postgresUrl } from "./postgres-connection.js";

export interface TestDatabase {
  readonly name: string;
  readonly url: string;
  /** A connected client; `drop` ends it. */
  connect(): Promise<Client>;
  /** Removes the database with its replication slots, whoever is still connected. */
  drop(): Promise<void>;
}

/** A new, empty database with a name that no other test uses. */
export async function createTestDatabase(prefix = "test"): Promise<TestDatabase> {
  const name = `${prefix}_${randomUUID().replaceAll("-", "").slice(0, 12)}`;
  const connection = { ...inject("postgres"), database: name };
  const clients: Client[] = [];
  await asAdmin((admin) => admin.query(`CREATE DATABASE "${name}"`));
  return {
    name,
    url: postgresUrl(connection, name),
    async connect() {
      const client = new Client(connection);
      // A test may have its connection broken on purpose; without a listener that would end the process.
      client.on("error", () => undefined);
      await client.connect();
      clients.push(client);
      return client;
    },
    async drop() {
      await Promise.all(clients.map((client) => client.end()));
      await asAdmin((admin) => dropDatabase(admin, name));
    },
  };
}

/** Slots forbid dropping their database, so they go first. */
async function dropDatabase(admin: Client, name: string): Promise<void> {
  const active = "FROM pg_replication_slots WHERE database = $1 AND active_pid IS NOT NULL";
  await admin.query(`SELECT pg_terminate_backend(active_pid, 5000) ${active}`, [name]);
  await admin.query(
    "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE database = $1",
    [name],
  );
  await admin.query(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`);
}

async function asAdmin(work: (admin: Client) => Promise<unknown>): Promise<void> {
  const admin = new Client({ ...inject("postgres"), database: "postgres" });
  await admin.connect();
  try {
    await work(admin);
  } finally {
    await admin.end();
  }
}

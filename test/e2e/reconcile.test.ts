import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { type Admin, Kafka, logLevel } from "kafkajs";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";

import type { Reconciliation, TableReconciliation } from "../../src/reconcile/reconciliation.js";
import type { JsonDocument } from "../support/cli.js";
import { Workspace } from "../support/workspace.js";

const ORDERS = "debezium.shop.public.orders";

let workspace: Workspace;
let kafka: Kafka;
let admin: Admin;
let client: Client;

beforeAll(async () => {
  workspace = await Workspace.create();
  const { document, stderr } = await workspace.json("up", "shop");
  expect(document.ok, stderr).toBe(true);
  const { host, port } = document.endpoints.postgres;
  client = new Client({ host, port, user: "admin", password: "password123", database: "shop" });
  await client.connect();
  kafka = new Kafka({ brokers: [...document.endpoints.kafka], logLevel: logLevel.NOTHING });
  admin = kafka.admin();
  await admin.connect();
  await client.query(`
    CREATE TABLE orders (id int PRIMARY KEY, status text, total numeric(10, 2));
    CREATE TABLE notes (line text);
    ALTER TABLE notes REPLICA IDENTITY FULL;
    INSERT INTO orders SELECT i, 'new', i * 1.5 FROM generate_series(1, 200) i;
    INSERT INTO notes SELECT 'note ' || i % 20 FROM generate_series(1, 100) i`);
});

afterAll(async () => {
  await client.end();
  await admin.disconnect();
  expect(await workspace.remove()).toEqual([]);
});

type Found = JsonDocument & Reconciliation;

async function reconcile(
  ...options: string[]
): Promise<{ readonly exitCode: number | undefined; readonly found: Found; readonly stderr: string }> {
  const { exitCode, document, stderr } = await workspace.json("reconcile", "shop", ...options);
  return { exitCode, found: document as Found, stderr };
}

const tableOf = ({ tables }: Reconciliation, name: string): TableReconciliation | undefined =>
  tables.find(({ table }) => table === name);

test("while the application writes, nothing is lost, extra or different", async () => {
  let isWriting = true;
  const write = async () => {
    for (let id = 1; isWriting; id = (id % 200) + 1) {
      await client.query("UPDATE orders SET total = total + 1 WHERE id = $1", [id]);
      await client.query("BEGIN");
      await client.query("DELETE FROM orders WHERE id = $1", [id]);
      await client.query("INSERT INTO orders VALUES ($1, 'again', 1)", [id + 1000]);
      await client.query(id % 3 === 0 ? "ROLLBACK" : "COMMIT");
      await client.query("INSERT INTO orders VALUES ($1, 'back', 2) ON CONFLICT DO NOTHING", [id]);
      await client.query("DELETE FROM orders WHERE id = $1", [id + 1000]);
      await client.query("UPDATE notes SET line = line || '.' WHERE ctid = (SELECT ctid FROM notes LIMIT 1)");
    }
  };
  const writing = write();
  const { exitCode, found, stderr } = await reconcile();
  isWriting = false;
  await writing;
  expect(exitCode, stderr).toBe(0);
  expect(found.tables.map(({ table }) => table)).toEqual(["public.notes", "public.orders"]);
  for (const table of found.tables) expect(table).toMatchObject({ lost: 0, extra: 0, different: 0 });
  expect(tableOf(found, "public.notes")?.rows).toBe(100);
});

test("leaves no consumer group behind", async () => {
  const { groups } = await admin.listGroups();
  expect(groups.filter(({ groupId }) => groupId.startsWith("cdc-pipeline-"))).toEqual([]);
});

test("what is wrong is named by its keys and columns, and fails", async () => {
  await client.query(
    "DELETE FROM orders; INSERT INTO orders VALUES (1, 'kept', 1), (2, 'lost', 2), (3, 'paid', 3)",
  );
  const before = await reconcile("--table", "orders");
  const forged = [
    ["2", { op: "d", before: { id: 2 }, after: null }],
    ["3", { op: "u", before: null, after: { id: 3, status: "open", total: "3.00" } }],
    ["4", { op: "c", before: null, after: { id: 4, status: "forged", total: "4.00" } }],
  ] as const;
  const producer = kafka.producer();
  await producer.connect();
  const source = {
    connector: "postgresql",
    name: "debezium.shop",
    db: "shop",
    schema: "public",
    table: "orders",
  };
  const { rows } = await client.query<{ xid: string }>("SELECT pg_current_xact_id()::text AS xid");
  for (const [at, [id, event]] of forged.entries()) {
    // Of a transaction that has ended, behind all that are there.
    const place = {
      txId: Number(rows[0]?.xid),
      lsn: 2 ** 50 + at,
      sequence: `["${2 ** 50}","${2 ** 50 + at}"]`,
    };
    const value = {
      ...event,
      source: { ...source, ...place, snapshot: "false", ts_ms: Date.now() },
      ts_ms: Date.now(),
    };
    await producer.send({
      topic: ORDERS,
      messages: [{ key: JSON.stringify({ id: Number(id) }), value: JSON.stringify(value) }],
    });
  }
  await producer.disconnect();
  const { exitCode, found } = await reconcile(
    "--table",
    "orders",
    "--report",
    "junit=a.xml",
    "--report",
    "html=a.html",
  );
  expect(before.found.tables[0], JSON.stringify(before.found.tables)).toMatchObject({
    lost: 0,
    extra: 0,
    different: 0,
  });
  expect(exitCode).toBe(1);
  expect(found.ok).toBe(false);
  const [orders] = found.tables;
  expect(orders).toMatchObject({ rows: 3, lost: 1, extra: 1, different: 1 });
  expect(orders?.differences).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ kind: "lost", key: { id: "2" } }),
      expect.objectContaining({ kind: "extra", key: { id: "4" }, topic: ORDERS }),
      expect.objectContaining({
        kind: "different",
        key: { id: "3" },
        columns: { status: { postgres: "paid", kafka: "open" } },
      }),
    ]),
  );
  expect(await readFile(join(workspace.folder, "a.xml"), "utf8")).toContain('failures="1"');
  expect(await readFile(join(workspace.folder, "a.html"), "utf8")).toContain("public.orders");
});

test.each([
  [["--table", "nothing"], 1, "TABLE_NOT_CAPTURED"],
  [["--sample", "ten"], 2, "USAGE"],
  [["--connector", "nobody"], 1, "CONNECTOR_UNKNOWN"],
])("%j ends with %d and %s", async (options, exit, code) => {
  const { exitCode, found } = await reconcile(...options);
  expect([exitCode, found.error?.code]).toEqual([exit, code]);
});

test("a paused connector is a clear stop", async () => {
  await workspace.run("connectors", "pause", "shop-connector");
  const { exitCode, found } = await reconcile();
  expect([exitCode, found.error?.code]).toEqual([1, "CONNECTOR_NOT_RUNNING"]);
});

import type { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { parseLsn } from "../../../src/lsn.js";
import { readColumns } from "../../../src/reconcile/columns/read-columns.js";
import { isUnchanged } from "../../../src/reconcile/compare/is-unchanged.js";
import { openSnapshot } from "../../../src/reconcile/cut/open-snapshot.js";
import { currentLsn, nextTransaction } from "../../../src/reconcile/cut/primary-positions.js";
import { lowBits } from "../../../src/reconcile/cut/snapshot.js";
import { chooseTables } from "../../../src/reconcile/tables/choose-tables.js";
import type { ComparedTable } from "../../../src/reconcile/tables/compared-table.js";
import {
  type PublishedTable,
  readPublishedTables,
} from "../../../src/reconcile/tables/read-published-tables.js";
import { refuseUncaptured } from "../../../src/reconcile/tables/refuse-uncaptured.js";
import { catchCdcError } from "../../support/catch-cdc-error.js";
import { createTestDatabase, type TestDatabase } from "../../support/databases.js";

let database: TestDatabase;
let client: Client;
let other: Client;
let tables: ReadonlyMap<string, PublishedTable>;

beforeAll(async () => {
  database = await createTestDatabase("cut");
  client = await database.connect();
  other = await database.connect();
  await client.query(`
    CREATE TABLE keyed (b int, a int, sum int GENERATED ALWAYS AS (a + b) STORED, PRIMARY KEY (a, b));
    CREATE TABLE keyless (a int);
    CREATE TABLE unique_only (a int, b int NOT NULL, c text);
    CREATE UNIQUE INDEX zz ON unique_only (a);
    CREATE UNIQUE INDEX aa ON unique_only (lower(c));
    CREATE UNIQUE INDEX mm ON unique_only (b) INCLUDE (c);
    CREATE TABLE parted (id int PRIMARY KEY) PARTITION BY RANGE (id);
    CREATE TABLE part_1 PARTITION OF parted FOR VALUES FROM (0) TO (10);
    CREATE UNLOGGED TABLE quick (id int);
    CREATE TABLE narrow (id int PRIMARY KEY, kept text, secret text);
    CREATE TABLE filtered (id int PRIMARY KEY, is_open boolean);
    CREATE PUBLICATION everything FOR ALL TABLES WITH (publish_via_partition_root = true);
    CREATE PUBLICATION chosen FOR TABLE narrow (id, kept), filtered WHERE (is_open)`);
  tables = byName(await readPublishedTables(client, "everything"));
});
afterAll(() => database.drop());

const byName = (published: readonly PublishedTable[]) =>
  new Map(published.map((table) => [table.name, table]));

describe("the tables of a publication", () => {
  test("partitions come as their root, unlogged tables not at all", () => {
    expect([...tables.keys()]).toEqual(["filtered", "keyed", "keyless", "narrow", "parted", "unique_only"]);
    expect(tables.get("parted")?.isPartitioned).toBe(true);
  });

  test.each([
    ["keyed", ["a", "b"]],
    ["keyless", []],
    ["unique_only", ["b"]],
    ["parted", ["id"]],
  ])("the key of %s is %j", (name, key) => {
    expect(tables.get(name)?.key).toEqual(key);
  });

  test("generated columns are not published", () => {
    expect(tables.get("keyed")?.published).toEqual(["b", "a"]);
  });

  test("a list of columns and a filter of rows are told", async () => {
    const some = byName(await readPublishedTables(client, "chosen"));
    expect(some.get("narrow")).toMatchObject({ published: ["id", "kept"], rowFilter: null });
    expect(some.get("filtered")).toMatchObject({ published: ["id", "is_open"], rowFilter: "is_open" });
  });

  test.each([
    ["part_1", "it is a partition, and its rows are captured as those of public.parted"],
    ["public.quick", "unlogged"],
    ["nothing", "no table of that name"],
  ])("%s is refused with its reason", async (wanted, reason) => {
    const choice = chooseTables([...tables.values()], {}, [wanted]);
    const error = await catchCdcError(() => refuseUncaptured(client, choice, "everything"));
    expect(error.code).toBe("TABLE_NOT_CAPTURED");
    expect(error.message).toContain(reason);
  });
});

describe("a snapshot", () => {
  test("tells which transactions it holds, and what comes later has greater numbers", async () => {
    const running = await startTransaction(other);
    // A later one that has ended: else the one that runs is no more than the next.
    await nextTransaction(client);
    const snapshot = await openSnapshot(client, [{ schema: "public", name: "keyed" }]);
    const lsn = await currentLsn(client);
    await client.query("COMMIT");
    await other.query("COMMIT");
    expect(snapshot?.running).toContain(running);
    const later = await startTransaction(other);
    await other.query("COMMIT");
    const next = await nextTransaction(client);
    expect(later).toBeGreaterThanOrEqual(snapshot?.next ?? Infinity);
    expect(next).toBeGreaterThan(later);
    expect(Number(parseLsn(await currentLsn(client)) - parseLsn(lsn))).toBeGreaterThan(0);
  });

  test("keeps tables from being truncated or altered, and nobody from writing", async () => {
    await openSnapshot(client, [{ schema: "public", name: "keyed" }]);
    await other.query("INSERT INTO keyed VALUES (1, 2)");
    await other.query("SET lock_timeout = 50");
    await expect(other.query("TRUNCATE keyed")).rejects.toMatchObject({ code: "55P03" });
    await expect(other.query("ALTER TABLE keyed ADD c int")).rejects.toMatchObject({ code: "55P03" });
    await client.query("COMMIT");
    await other.query("RESET lock_timeout");
  });

  test("is none where a table is gone, and no transaction stays open", async () => {
    expect(await openSnapshot(client, [{ schema: "public", name: "gone" }])).toBeUndefined();
    expect(await openSnapshot(client, [{ schema: "gone", name: "gone" }])).toBeUndefined();
    const { rows } = await client.query(
      "SELECT pg_current_xact_id_if_assigned() AS id, now() = statement_timestamp() AS alone",
    );
    expect(rows).toEqual([{ id: null, alone: true }]);
  });
});

test.each([
  ["nothing", "INSERT INTO keyed VALUES (9, 9)", true],
  ["a column that was added", "ALTER TABLE keyed ADD extra int", false],
  ["a type that was changed", "ALTER TABLE unique_only ALTER a TYPE bigint", false],
  ["a key that was dropped", "ALTER TABLE filtered DROP CONSTRAINT filtered_pkey", false],
  ["a table that was made anew", "DROP TABLE keyless; CREATE TABLE keyless (a int)", false],
])("whether tables are as they were: %s", async (_, sql, expected) => {
  const published = await readPublishedTables(client, "everything");
  const columns = await readColumns(
    client,
    published.map(({ oid }) => oid),
  );
  const before = published.map((table) => ({ published: table, columns: columns.get(table.oid) ?? [] }));
  await client.query(sql);
  expect(await isUnchanged(client, before as unknown as ComparedTable[], "everything")).toBe(expected);
});

async function startTransaction(session: Client): Promise<number> {
  await session.query("BEGIN");
  const { rows } = await session.query<{ id: string }>("SELECT pg_current_xact_id()::text AS id");
  return lowBits(rows[0]?.id ?? "0");
}

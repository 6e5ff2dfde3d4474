import type { Client } from "pg";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { loadSql } from "../../../src/clients/load-sql.js";
import { parseSqlFile, readSqlFile } from "../../../src/sql/sql-file.js";
import { createTestDatabase, type TestDatabase } from "../../support/databases.js";

const MYKART = "examples/mykart/schema.sql";
const TABLES = ["products", "customers", "orders", "order_line_items"];

let database: TestDatabase;
let client: Client;

beforeEach(async () => {
  database = await createTestDatabase("load_sql");
  client = await database.connect();
});
afterEach(() => database.drop());

async function valueOf(sql: string, connection = client): Promise<unknown> {
  const result = await connection.query<Record<string, unknown>>(sql);
  return Object.values(result.rows[0] ?? {})[0];
}

const load = (sql: string, signal?: AbortSignal) =>
  loadSql(client, parseSqlFile(sql, "shop.sql"), { signal });

describe("the mykart example", () => {
  const loadMykart = async (connection: Client) =>
    loadSql(connection, parseSqlFile(await readSqlFile(MYKART), MYKART));

  it("loads with all its rows, and every order's totals are the sums of its lines", async () => {
    await loadMykart(client);
    const counts = TABLES.map((table) => `(SELECT count(*) FROM ${table})::int`).join(", ");
    expect(await valueOf(`SELECT ARRAY[${counts}]`)).toEqual([1_008, 400, 2_000, 5_600]);
    const wrongTotals = `
      SELECT count(*)::int FROM orders
       WHERE total <> subtotal + shipping OR subtotal <> coalesce(
         (SELECT sum(quantity * unit_price) FROM order_line_items WHERE order_id = orders.id), -1)`;
    expect(await valueOf(wrongTotals)).toBe(0);
    expect(await valueOf("SELECT count(DISTINCT (name, price))::int FROM products")).toBe(1_008);
    expect(await valueOf("SELECT count(DISTINCT date_trunc('month', placed_at))::int FROM orders")).toBe(12);
    const ordersBeforeTheirCustomer = `
      SELECT count(*)::int FROM orders JOIN customers ON customers.id = customer_id
       WHERE placed_at < customers.created_at OR extract(year FROM placed_at AT TIME ZONE 'UTC') <> 2026`;
    expect(await valueOf(ordersBeforeTheirCustomer)).toBe(0);
  });

  it("holds the same rows after every load", async () => {
    const second = await createTestDatabase("load_sql");
    try {
      const other = await second.connect();
      await other.query("SET timezone = 'America/New_York'");
      await Promise.all([loadMykart(client), loadMykart(other)]);
      await other.query("SET timezone TO DEFAULT");
      for (const table of TABLES) {
        const hash = `SELECT md5(string_agg(t::text, E'\\n' ORDER BY t::text COLLATE "C")) FROM ${table} AS t`;
        const value = await valueOf(hash);
        expect(value).toMatch(/^[0-9a-f]{32}$/);
        expect(await valueOf(hash, other)).toBe(value);
      }
    } finally {
      await second.drop();
    }
  });

  it("takes new rows behind its own and notes updates", async () => {
    await loadMykart(client);
    const insert =
      "INSERT INTO products (sku, name, brand, category, price) VALUES ('KIT-NEW-9999', 'n', 'b', 'c', 1)";
    expect(await valueOf(`${insert} RETURNING id::int`)).toBe(1_009);
    const before = await valueOf("SELECT updated_at FROM products WHERE id = 1");
    const after = await valueOf("UPDATE products SET stock = 3 WHERE id = 1 RETURNING updated_at");
    expect(Number(after)).toBeGreaterThan(Number(before));
  });
});

describe("loadSql", () => {
  it("loads what pg_dump writes, rows of COPY and all", async () => {
    const row = "7\tsemi; 'quote' \\\\. \\N and a tab\\t\n8\t\\N\n";
    const manyRows = Array.from({ length: 50_000 }, (_, index) => `${index}\t${"x".repeat(40)}\n`).join("");
    const dump = `--
-- PostgreSQL database dump
--

\\restrict wq3mT8

SET statement_timeout = 0;
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);

CREATE FUNCTION public.twice(integer) RETURNS integer LANGUAGE sql
    BEGIN ATOMIC
 SELECT ($1 * 2);
END;

CREATE TABLE public."odd; name" (id integer NOT NULL, note text);
CREATE TABLE public.big (id integer NOT NULL, note text);
CREATE TABLE public.nothing (id integer);

COPY public."odd; name" (id, note) FROM stdin;
${row}\\.

COPY public.big (id, note) FROM stdin;
${manyRows}\\.

COPY public.nothing (id) FROM stdin;
\\.

ALTER TABLE ONLY public.big ADD CONSTRAINT big_pkey PRIMARY KEY (id);

\\unrestrict wq3mT8
`;
    const seen: string[] = [];
    const statements = parseSqlFile(dump, "dump.sql");
    const onProgress = (done: number, total: number) => seen.push(`${done}/${total}`);
    await expect(loadSql(client, statements, { onProgress })).resolves.toEqual({ statements: 11 });
    expect(seen.at(0)).toBe("1/11");
    expect(seen.at(-1)).toBe("11/11");
    const { rows } = await client.query('SELECT id, note FROM public."odd; name" ORDER BY id');
    expect(rows).toEqual([
      { id: 7, note: "semi; 'quote' \\. N and a tab\t" },
      { id: 8, note: null },
    ]);
    expect(await valueOf("SELECT public.twice(count(*)::int) FROM public.big")).toBe(100_000);
  });

  it("runs each statement on its own, so that VACUUM and CREATE INDEX CONCURRENTLY work", async () => {
    const sql = "create table a (id int); vacuum a; create index concurrently on a (id);";
    await expect(load(sql)).resolves.toEqual({ statements: 3 });
  });

  it("points at the place in the file where a statement is wrong", async () => {
    const sql = "create table a (id int);\n\n-- a report\nselect id,\n       '🙂', nmae\n  from a;\n";
    await expect(load(sql)).rejects.toMatchObject({
      code: "SCHEMA_FAILED",
      message: [
        'shop.sql:5:14: column "nmae" does not exist (42703)',
        "  4 | select id,",
        "  5 |        '🙂', nmae",
        "    |              ^",
      ].join("\n"),
      hint: expect.stringContaining("nothing of it was kept") as string,
      details: { path: "shop.sql", place: "5:14", sqlState: "42703", statementsDone: 1 },
    });
  });

  it("counts columns from the line's beginning for the second statement of a line", async () => {
    await expect(load("select 1; selct 2;")).rejects.toMatchObject({
      message: 'shop.sql:1:11: syntax error at or near "selct" (42601)\n  1 | selct 2;\n    | ^',
    });
  });

  it("shows the beginning of a statement that fails as a whole, with the server's detail", async () => {
    const sql = "create table a (id int primary key);\ninsert into a\nvalues (1),\n(2),\n(1);";
    await expect(load(sql)).rejects.toMatchObject({
      message: [
        'shop.sql:2: duplicate key value violates unique constraint "a_pkey" (23505)',
        "  2 | insert into a",
        "  3 | values (1),",
        "  4 | (2),",
        "    | …",
        "detail: Key (id)=(1) already exists.",
      ].join("\n"),
    });
  });

  it.each([
    ["create table a (); create table a ();", "makes it twice"],
    ["create table a (); alter table a owner to nobody_here;", "pg_dump --no-owner"],
  ])("advises what to do about %s", async (sql, advice) => {
    await expect(load(sql)).rejects.toMatchObject({
      code: "SCHEMA_FAILED",
      hint: expect.stringContaining(advice) as string,
    });
  });

  it.each([
    ["a few rows", 0],
    ["many rows behind it", 200_000],
  ])("names the row of COPY that is wrong, with %s", async (_what, rowsBehind) => {
    const sql = `create table a (id int);\ncopy a\nfrom stdin;\n1\ntwo\n${"3\n".repeat(rowsBehind)}\\.\n`;
    await expect(load(sql)).rejects.toMatchObject({
      code: "SCHEMA_FAILED",
      message: 'shop.sql:5: invalid input syntax for type integer: "two" (22P02)\n  5 | two',
    });
    // The connection is left usable.
    expect(await valueOf("select count(*)::int from a")).toBe(0);
  });

  it.each([0, 200_000])("names the COPY whose table is missing, whatever its %i rows", async (rows) => {
    await expect(load(`copy nowhere from stdin;\n${"1\n".repeat(rows)}\\.\n`)).rejects.toMatchObject({
      code: "SCHEMA_FAILED",
      message: expect.stringMatching(/^shop\.sql:1: relation "nowhere" does not exist \(42P01\)/) as string,
    });
  });

  it("stops at once when it is aborted, on the server too", async () => {
    const controller = new AbortController();
    const loading = load("create table a (id int); select pg_sleep(60); drop table a;", controller.signal);
    setTimeout(() => controller.abort(), 300);
    const startedAt = performance.now();
    await expect(loading).rejects.toMatchObject({
      code: "INTERRUPTED",
      message: "interrupted while shop.sql was loaded (1/3)",
    });
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    const watcher = await database.connect();
    const sleeping =
      "select count(*)::int from pg_stat_activity where query like '%pg_sleep(60)%' and pid <> pg_backend_pid()";
    await expect.poll(() => valueOf(sleeping, watcher), { timeout: 5_000 }).toBe(0);
    expect(await valueOf("select to_regclass('a')::text", watcher)).toBe("a");
  });

  it("stops in the middle of COPY", async () => {
    const controller = new AbortController();
    const sql = `create table a (id int, check (pg_sleep(0.01) is not null));\ncopy a from stdin;\n${"1\n".repeat(100_000)}\\.\n`;
    const loading = load(sql, controller.signal);
    setTimeout(() => controller.abort(), 300);
    await expect(loading).rejects.toMatchObject({ code: "INTERRUPTED" });
  });

  it("runs nothing when it was aborted before", async () => {
    await expect(load("create table a ();", AbortSignal.abort())).rejects.toMatchObject({
      code: "INTERRUPTED",
    });
    const watcher = await database.connect();
    expect(await valueOf("select to_regclass('a')", watcher)).toBeNull();
  });

  it("says so when the connection breaks", async () => {
    const sql = "create table a ();\nselect pg_sleep(60);";
    const pid = await valueOf("select pg_backend_pid()");
    const other = await database.connect();
    const isAsleep = async () => {
      const { rowCount } = await other.query(
        "SELECT FROM pg_stat_activity WHERE pid = $1 AND wait_event = 'PgSleep'",
        [pid],
      );
      return rowCount === 1;
    };
    const cut = async () => {
      await expect.poll(isAsleep, { timeout: 20_000 }).toBe(true);
      await other.query("SELECT pg_terminate_backend($1)", [pid]);
    };
    const refusal = expect(load(sql)).rejects.toMatchObject({
      code: "POSTGRES_UNREACHABLE",
      message: expect.stringMatching(
        /^shop\.sql:2: the connection to PostgreSQL broke: terminating/,
      ) as string,
    });
    await Promise.all([refusal, cut()]);
  });
});

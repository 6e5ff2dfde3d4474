import type { Client } from "pg";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";

import { copyRows } from "../../../src/clients/copy-rows.js";
import { CopyReader } from "../../../src/reconcile/engine/copy-reader.js";
import { createTestDatabase, type TestDatabase } from "../../support/databases.js";

const ROWS = 50_000;
const WIDE_BYTES = 5_000_000;

let database: TestDatabase;
let client: Client;
beforeAll(async () => {
  database = await createTestDatabase("copy_rows");
});
afterAll(() => database.drop());
beforeEach(async () => {
  client = await database.connect();
});

const never = new AbortController().signal;
const copy = (select: string, onBytes: (bytes: Uint8Array) => Promise<void> | void, signal = never) =>
  copyRows(client, select, onBytes, signal);

it("hands over every row in order, long ones and NULL too, and waits while they are worked on", async () => {
  const ids: number[] = [];
  const lengths = new Map<number, number>();
  const reader = new CopyReader(2, (bytes, spans) => {
    const id = Buffer.from(bytes.buffer, bytes.byteOffset).readInt32BE(spans[0]);
    ids.push(id);
    lengths.set(id, (spans[2] ?? 0) === -1 ? -1 : (spans[3] ?? 0) - (spans[2] ?? 0));
  });
  let atWork = 0;
  let most = 0;
  const text = `CASE i WHEN 7 THEN NULL WHEN 8 THEN repeat('x', ${WIDE_BYTES}) ELSE repeat('y', i % 100) END`;
  await copy(`SELECT i, ${text} FROM generate_series(1, ${ROWS}) i`, async (bytes) => {
    most = Math.max(most, ++atWork);
    await Promise.resolve();
    reader.add(bytes);
    atWork--;
  });
  reader.end();
  expect(ids).toEqual(Array.from({ length: ROWS }, (_, at) => at + 1));
  expect([7, 8, 9].map((id) => lengths.get(id))).toEqual([-1, WIDE_BYTES, 9]);
  expect(most).toBe(1);
  // The connection is of use afterwards.
  expect((await client.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
});

it("of no rows there is a header and an end", async () => {
  const reader = new CopyReader(1, () => expect.unreachable());
  await copy("SELECT 1 WHERE false", (bytes) => reader.add(bytes));
  reader.end();
});

it.each([
  ["before the first row", "SELECT * FROM nowhere", "42P01"],
  ["after many rows", `SELECT 1 / (${ROWS} - i) FROM generate_series(1, ${ROWS}) i`, "22012"],
])("a statement that fails %s rejects with PostgreSQL's error", async (_, select, code) => {
  await expect(copy(select, () => undefined)).rejects.toMatchObject({ code });
  expect((await client.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
});

it("rejects with what the taker throws", async () => {
  const failure = new Error("full");
  const take = () => Promise.reject(failure);
  await expect(copy(`SELECT generate_series(1, ${ROWS})`, take)).rejects.toBe(failure);
});

it("rejects when the connection is cut", async () => {
  const { rows } = await client.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
  const other = await database.connect();
  let isCut = false;
  const copying = copy("SELECT repeat('x', 1000) FROM generate_series(1, 1000000)", async () => {
    if (isCut) return;
    isCut = true;
    await other.query("SELECT pg_terminate_backend($1, 5000)", [rows[0]?.pid]);
  });
  await expect(copying).rejects.toThrow();
});

it.each([
  ["before it begins", true],
  ["while it goes on", false],
])("rejects with the signal's reason when aborted %s", async (_, isBefore) => {
  const stop = new AbortController();
  const reason = new Error("enough");
  if (isBefore) stop.abort(reason);
  const copying = copy(
    "SELECT repeat('x', 1000) FROM generate_series(1, 1000000)",
    () => stop.abort(reason),
    stop.signal,
  );
  await expect(copying).rejects.toBe(reason);
});

import type { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { findTable } from "../../../../src/stages/verify/subjects/find-table.js";
import { rowOfTable } from "../../../../src/stages/verify/subjects/row-of-table.js";
import { catchCdcError } from "../../../support/catch-cdc-error.js";
import { createTestDatabase, type TestDatabase } from "../../../support/databases.js";

/** Each with what may go wrong with its row. */
const TABLES = `
  CREATE DOMAIN short AS varchar(5) NOT NULL DEFAULT 'none';
  CREATE TABLE "Odd ""name" ("the key" bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "a'b" text, label short,
    twice numeric GENERATED ALWAYS AS (1 + 1) STORED, big bigint, tags text[], at timestamptz DEFAULT now());
  CREATE TABLE parts (id int, day date, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
  CREATE TABLE parts_one PARTITION OF parts FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
  CREATE TABLE keyless (a int, b text);
  ALTER TABLE keyless REPLICA IDENTITY FULL;
  CREATE TABLE identityless (a int);
  CREATE TABLE touched (id int PRIMARY KEY, name text);
  CREATE TABLE notes (name text);
  CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN UPDATE touched SET name = 'touched' WHERE id = NEW.id; INSERT INTO notes VALUES (NEW.name); RETURN NULL; END $$;
  CREATE TRIGGER touch AFTER INSERT ON touched FOR EACH ROW EXECUTE FUNCTION touch();
  CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
  CREATE TABLE kept (id int PRIMARY KEY);
  CREATE TRIGGER keep BEFORE DELETE ON kept FOR EACH ROW EXECUTE FUNCTION nothing();
  CREATE TABLE closed (id int PRIMARY KEY);
  CREATE TRIGGER close BEFORE INSERT ON closed FOR EACH ROW EXECUTE FUNCTION nothing();
  CREATE TABLE taken (id int PRIMARY KEY);
  INSERT INTO taken VALUES (1);
  CREATE VIEW seen AS SELECT * FROM taken;
  CREATE SCHEMA other;
  CREATE TABLE other.taken (id int PRIMARY KEY);
  CREATE TABLE unpublished (id int PRIMARY KEY);
  CREATE PUBLICATION shop_tables FOR TABLE "Odd ""name", parts, keyless, identityless, touched, kept, closed, taken;
`;

const CONFIG = { "plugin.name": "pgoutput", "publication.name": "shop_tables" };

let database: TestDatabase;
let client: Client;
beforeAll(async () => {
  database = await createTestDatabase();
  client = await database.connect();
  await client.query(TABLES);
});
afterAll(() => database.drop());

async function write(table: string, row: string) {
  return rowOfTable(client, await findTable(client, table, CONFIG), row).write();
}

const count = async (table: string) => (await client.query(`SELECT FROM ${table}`)).rows.length;

describe("a row of an application's table", () => {
  it("goes in as the user wrote it, and is gone again", async () => {
    const row = '{"a\'b": "it\'s", "label": "x", "big": 9007199254740993, "tags": ["a", "b"]}';
    const written = await write('public.Odd "name', row);
    expect(Object.fromEntries(written.columns)).toEqual({
      "the key": "1",
      "a'b": "it's",
      label: "x",
      big: "9007199254740993",
    });
    expect(Object.fromEntries(written.key)).toEqual({ "the key": "1" });
    expect(written.txId).toBeGreaterThan(0);
    expect(written.committedAtMs).toBeGreaterThanOrEqual(written.sentAtMs);
    expect(await count('"Odd ""name"')).toBe(0);
  });

  it("takes defaults where nothing is given", async () => {
    const written = await write('Odd "name', "{}");
    expect(Object.fromEntries(written.columns)).toMatchObject({ label: "none" });
    expect(await count('"Odd ""name"')).toBe(0);
  });

  it("may be of a partition, or have no key", async () => {
    await write("parts", '{"id": 1, "day": "2026-05-05"}');
    expect((await write("keyless", '{"a": 1, "b": "x"}')).key.size).toBe(0);
    expect([await count("parts"), await count("keyless")]).toEqual([0, 0]);
  });

  it("may be changed by a trigger before it is deleted; what that writes elsewhere stays", async () => {
    const { columns, lastColumns } = await write("touched", '{"id": 1, "name": "new"}');
    expect([columns.get("name"), lastColumns.get("name")]).toEqual(["new", "touched"]);
    expect([await count("touched"), await count("notes")]).toEqual([0, 1]);
    const { triggers } = await findTable(client, "touched", CONFIG);
    expect(triggers).toEqual(["touch"]);
  });
});

describe("a row that is refused, and of which nothing is kept", () => {
  it.each([
    ["kept", '{"id": 1}', "PROBE_ROW_INVALID", /could not be deleted again/],
    ["closed", '{"id": 1}', "PROBE_ROW_INVALID", /a trigger or a rule keeps it out/],
    ["public.taken", '{"id": 1}', "PROBE_ROW_INVALID", /has a row of this key already/],
    ["public.taken", '{"id": "x"}', "PROBE_ROW_INVALID", /invalid input syntax for type integer/],
    ["public.taken", '{"id": 99999999999}', "PROBE_ROW_INVALID", /out of range for type integer/],
    ["parts", '{"id": 1, "day": "1999-01-01"}', "PROBE_ROW_INVALID", /no partition of relation/],
    ['Odd "name', '{"label": "too long"}', "PROBE_ROW_INVALID", /value too long/],
    ["identityless", '{"a": 1}', "TABLES_WITHOUT_IDENTITY", /cannot be deleted/],
  ])("in %s: %s", async (table, row, code, message) => {
    const before = await count("public.taken");
    const error = await catchCdcError(write(table, row));
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) as string });
    expect([await count("kept"), await count("closed"), await count("identityless")]).toEqual([0, 0, 0]);
    expect(await count("public.taken")).toBe(before);
  });
});

describe("a table that cannot be proved", () => {
  it.each([
    ["nowhere", "TABLE_NOT_CAPTURED", /has no table nowhere/],
    ["seen", "TABLE_NOT_CAPTURED", /public\.seen is a view/],
    ["unpublished", "TABLE_NOT_CAPTURED", /publication shop_tables does not have public\.unpublished/],
    ["taken", "USAGE", /several tables are called taken: other\.taken, public\.taken/],
  ])("%s", async (table, code, message) => {
    const error = await catchCdcError(findTable(client, table, CONFIG));
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) as string });
  });

  it("is one that the connector leaves out", async () => {
    const error = await catchCdcError(
      findTable(client, "kept", { ...CONFIG, "table.exclude.list": "public\\.kept" }),
    );
    expect(error.message).toMatch(/include and exclude lists leave out public\.kept/);
  });
});

import type { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { eventModesOf } from "../../../src/reconcile/columns/event-modes.js";
import { readColumns } from "../../../src/reconcile/columns/read-columns.js";
import { hashJson, hashTable } from "../../support/compare-columns.js";
import { createTestDatabase, type TestDatabase } from "../../support/databases.js";

let database: TestDatabase;
let client: Client;

beforeAll(async () => {
  database = await createTestDatabase("columns");
  client = await database.connect();
});
afterAll(() => database.drop());

describe("the columns of tables", () => {
  it("are told with their base types, in the order of their definition, without what is dropped", async () => {
    await client.query(`
      CREATE DOMAIN price AS numeric(10,2);
      CREATE DOMAIN dear_price AS price CHECK (VALUE > 100);
      CREATE DOMAIN prices AS price[];
      CREATE TYPE mood AS ENUM ('happy');
      CREATE TABLE plain (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        gone int,
        title varchar(20),
        cost dear_price NOT NULL,
        costs price[],
        more prices,
        moods mood[],
        at point,
        name name,
        vector int2vector,
        twice int GENERATED ALWAYS AS (2) STORED
      );
      ALTER TABLE plain DROP gone;
      CREATE TABLE other ("Quo""ted é" text);`);
    const { rows } = await client.query<{ plain: number; other: number }>(
      "SELECT 'plain'::regclass::oid AS plain, 'other'::regclass::oid AS other",
    );
    const { plain = 0, other = 0 } = rows[0] ?? {};
    const columns = await readColumns(client, [plain, other, 1]);
    const told = (columns.get(plain) ?? []).map(({ name, type, isNullable, canBeToasted, isGenerated }) => {
      const flags = { isNullable, canBeToasted, isGenerated, isArray: type.isArray, isDomain: type.isDomain };
      const set = Object.entries(flags).flatMap(([flag, isSet]) => (isSet ? [flag] : []));
      return [name, `${type.schema}.${type.name}`, type.kind, type.modifier, set.join(" ")];
    });
    expect(told).toEqual([
      ["id", "pg_catalog.int8", "b", -1, ""],
      ["title", "pg_catalog.varchar", "b", 24, "isNullable canBeToasted"],
      ["cost", "pg_catalog.numeric", "b", 655366, "canBeToasted isDomain"],
      ["costs", "public.price", "d", -1, "isNullable canBeToasted isArray"],
      ["more", "public.price", "d", -1, "isNullable canBeToasted isArray isDomain"],
      ["moods", "public.mood", "e", -1, "isNullable canBeToasted isArray"],
      ["at", "pg_catalog.point", "b", -1, "isNullable"],
      ["name", "pg_catalog.name", "b", -1, "isNullable"],
      ["vector", "pg_catalog.int2vector", "b", -1, "isNullable"],
      ["twice", "pg_catalog.int4", "b", -1, "isNullable isGenerated"],
    ]);
    expect(columns.get(other)?.map(({ name }) => name)).toEqual(['Quo"ted é']);
    expect(columns.get(1)).toEqual([]);
  });
});

describe("random values", () => {
  /** A column, how a random value of it is made, and the JSON that Debezium makes of it. */
  const COLUMNS: readonly (readonly [name: string, type: string, value: string, json: string])[] = [
    ["whole", "bigint", "((random() - 0.5) * 10 ^ (random() * 18))::bigint", "to_json(whole)::text"],
    [
      "decimal",
      "numeric",
      "round(((random() - 0.5) * 10 ^ (random() * 30))::numeric * pi()::numeric, (random() * 20)::int)",
      "to_json(decimal::text)::text",
    ],
    [
      "tiny",
      "numeric",
      "round((10 ^ (-random() * 20))::numeric, (random() * 25)::int)",
      "to_json(tiny::text)::text",
    ],
    ["double", "double precision", "(random() - 0.5) * 10 ^ (random() * 600 - 300)", "to_json(double)::text"],
    ["single", "real", "((random() - 0.5) * 10 ^ (random() * 60 - 30))::real", "to_json(single)::text"],
    [
      "day",
      "date",
      "date '1970-01-01' + ((random() - 0.3) * 2000000)::int",
      "(day - date '1970-01-01')::text",
    ],
    [
      "moment",
      "timestamp",
      "timestamp '1970-01-01' + interval '1 microsecond' * ((random() - 0.2) * 1e16)::bigint",
      "((extract(epoch FROM moment) * 1000000)::bigint)::text",
    ],
    [
      "zoned",
      "timestamptz",
      "timestamptz '1970-01-01 00:00+00' + interval '1 microsecond' * ((random() - 0.2) * 1e16)::bigint",
      `to_json(to_char(zoned, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))::text`,
    ],
    [
      "clock",
      "time",
      "time '00:00' + interval '1 microsecond' * (random() * 86399999999)::bigint",
      "((extract(epoch FROM clock) * 1000000)::bigint)::text",
    ],
    ["id128", "uuid", "gen_random_uuid()", "to_json(id128)::text"],
    [
      "bytes",
      "bytea",
      "decode(substr(md5(random()::text), 1, 2 * (random() * 16)::int), 'hex')",
      `to_json(replace(encode(bytes, 'base64'), E'\\n', ''))::text`,
    ],
    [
      "words",
      "text[]",
      `ARRAY[md5(random()::text), NULL, '"\\' || chr((random() * 5000)::int + 1)]`,
      "array_to_json(words)::text",
    ],
    [
      "document",
      "jsonb",
      "jsonb_build_object('a', random(), 'é\"', repeat('x', (random() * 50)::int))",
      "to_json(document::text)::text",
    ],
  ];

  it("hash as the JSON that Debezium makes of them", async () => {
    await client.query(`CREATE TABLE random_values (id int, ${COLUMNS.map(([name, type]) => `${name} ${type}`).join(", ")});
      INSERT INTO random_values SELECT i, ${COLUMNS.map(([, , value]) => value).join(", ")} FROM generate_series(1, 2000) i`);
    const modes = eventModesOf({ "decimal.handling.mode": "string" });
    const { codecs, rows } = await hashTable(client, "random_values", modes);
    const { rows: events } = await client.query<Record<string, string>>(
      `SELECT id::text, ${COLUMNS.map(([name, , , json]) => `${json} AS ${name}`).join(", ")} FROM random_values`,
    );
    expect(events).toHaveLength(2000);
    const wrong = events.flatMap((event) =>
      COLUMNS.flatMap(([name]) => {
        const codec = codecs.get(name);
        const row = rows.get(Number(event.id))?.get(name);
        const found = codec === undefined ? undefined : hashJson(codec, event[name] ?? "");
        return row?.hash === found?.hash && row?.shown === found?.shown
          ? []
          : [{ name, json: event[name], row, found }];
      }),
    );
    expect(wrong.slice(0, 10)).toEqual([]);
  });
});

import { type Consumer, Kafka, logLevel } from "kafkajs";
import { Client, escapeIdentifier } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { EventModes } from "../../src/reconcile/columns/column-codec.js";
import { eventModesOf } from "../../src/reconcile/columns/event-modes.js";
import { notYet, ready } from "../../src/wait/wait-until.js";
import type { JsonDocument } from "../support/cli.js";
import { type ComparedTable, fieldsOfEvent, hashJson, hashTable } from "../support/compare-columns.js";
import { createTopics } from "../support/create-topics.js";
import { EVERY_TYPE, type Loss, OWN_TYPES_SQL, type TypeSample } from "../support/every-type.js";
import { LONG_TYPES_SQL, TOASTED_TYPES } from "../support/toasted-types.js";
import { until } from "../support/until.js";
import { Workspace } from "../support/workspace.js";

/* Values of every type through a real Debezium, in every way that it can be told to write them. */

const CONNECTORS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  defaults: {},
  doubles: {
    "decimal.handling.mode": "double",
    "time.precision.mode": "microseconds",
    "interval.handling.mode": "string",
    "binary.handling.mode": "base64",
    "hstore.handling.mode": "map",
  },
  iso: {
    "decimal.handling.mode": "string",
    "time.precision.mode": "isostring",
    "binary.handling.mode": "hex",
    "include.unknown.datatypes": "true",
  },
  connect: {
    "decimal.handling.mode": "string",
    "time.precision.mode": "connect",
    "binary.handling.mode": "base64-url-safe",
    "include.unknown.datatypes": "true",
    "hstore.handling.mode": "map",
  },
  nanoseconds: {
    "time.precision.mode": "nanoseconds",
    "unavailable.value.placeholder": "hex:00ff41",
    "money.fraction.digits": "0",
    "include.unknown.datatypes": "true",
  },
  structured: {
    "decimal.handling.mode": "string",
    "time.precision.mode": "structured",
    "value.converter.schemas.enable": "true",
  },
  numbers: {
    "time.precision.mode": "adaptive_time_microseconds",
    "value.converter.schemas.enable": "true",
    "value.converter.decimal.format": "NUMERIC",
    "money.fraction.digits": "3",
  },
};
const NAMES = Object.keys(CONNECTORS);

/** Rows of the snapshot have ids from 0 on, rows of the stream from here on. */
const STREAMED = 1000;
const ROWS = Math.max(...EVERY_TYPE.map(({ values }) => values.length)) + 1;

interface Seen {
  readonly op: string;
  readonly id: number;
  readonly fields: ReadonlyMap<string, string>;
}

let workspace: Workspace;
let client: Client;
let consumer: Consumer | undefined;
/** By connector and table. */
const events = new Map<string, Seen[]>();
/** Of each connector: the table as its events are compared with. */
const compared = new Map<string, ComparedTable>();
const compareToasted = new Map<string, ComparedTable>();

beforeAll(async () => {
  workspace = await Workspace.create({ CDC_PIPELINE_POSTGRES_ADMIN_PASSWORD: "planted-admin" });
  const { document, stderr } = await workspace.json("deploy");
  expect(document.ok, stderr).toBe(true);
  const { postgres, connect, kafka } = document.endpoints;
  await makeTables(postgres);
  for (const name of NAMES) await register(connect, postgres, name);
  await collect(kafka);
  await awaitEvents("every_type", ROWS);
  for (const sql of insertsOf(STREAMED)) await client.query(sql);
  await updateToasted();
  await awaitEvents("every_type", ROWS * 2);
  await awaitEvents("toasted", TOASTED_TYPES.length * 2);
  for (const name of NAMES) {
    const modes = modesOf(name);
    compared.set(name, await hashTable(client, "every_type", modes));
    compareToasted.set(name, await hashTable(client, "toasted", modes));
  }
});

afterAll(async () => {
  await consumer?.disconnect();
  await client.end();
  expect(await workspace.remove()).toEqual([]);
});

const modesOf = (name: string): EventModes => eventModesOf(CONNECTORS[name] ?? {});

async function makeTables({
  host,
  port,
  adminUser: user,
}: JsonDocument["endpoints"]["postgres"]): Promise<void> {
  const login = { host, port, user, password: "planted-admin" };
  const admin = new Client({ ...login, database: "mydb" });
  await admin.connect();
  await admin.query("CREATE DATABASE types");
  await admin.end();
  client = new Client({ ...login, database: "types" });
  await client.connect();
  await client.query(OWN_TYPES_SQL + LONG_TYPES_SQL);
  const columnsOf = (types: readonly TypeSample[]): string =>
    types.map(({ name, type }) => `${escapeIdentifier(name)} ${type}`).join(", ");
  await client.query(`CREATE TABLE every_type (id int PRIMARY KEY, ${columnsOf(EVERY_TYPE)})`);
  await client.query(`CREATE TABLE toasted (id int PRIMARY KEY, touched int, ${columnsOf(TOASTED_TYPES)})`);
  // Not compressed: a few thousand bytes are enough.
  const external = TOASTED_TYPES.map(({ name }) => `ALTER ${name} SET STORAGE EXTERNAL`);
  await client.query(`ALTER TABLE toasted ${external.join(", ")}`);
  await client.query("CREATE PUBLICATION types FOR TABLE every_type, toasted");
  for (const sql of insertsOf(0)) await client.query(sql);
}

/** A row for the first value of each column, for the second, …; then NULL. */
const insertsOf = (firstId: number): string[] =>
  Array.from({ length: ROWS }, (_, row) => {
    const held = EVERY_TYPE.flatMap(({ name, values }) => {
      const value = values[row];
      return value === undefined ? [] : [{ name: escapeIdentifier(name), value }];
    });
    const names = ["id", ...held.map(({ name }) => name)].join(", ");
    return `INSERT INTO every_type (${names}) VALUES (${[firstId + row, ...held.map(({ value }) => value)].join(", ")})`;
  });

/** A row for each type, and an update that leaves its value alone. */
async function updateToasted(): Promise<void> {
  for (const [id, { name, values }] of TOASTED_TYPES.entries()) {
    await client.query(`INSERT INTO toasted (id, ${name}) VALUES (${id}, ${values[0]})`);
  }
  for (const id of TOASTED_TYPES.keys())
    await client.query("UPDATE toasted SET touched = 1 WHERE id = $1", [id]);
}

async function register(
  connectUrl: string,
  { host, port, adminUser }: JsonDocument["endpoints"]["postgres"],
  name: string,
): Promise<void> {
  const converter = "org.apache.kafka.connect.json.JsonConverter";
  const answer = await fetch(`${connectUrl}/connectors/${name}/config`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      "connector.class": "io.debezium.connector.postgresql.PostgresConnector",
      "database.hostname": host,
      "database.port": String(port),
      "database.user": adminUser,
      "database.password": "planted-admin",
      "database.dbname": "types",
      "plugin.name": "pgoutput",
      "slot.name": `types_${name}`,
      "publication.name": "types",
      "publication.autocreate.mode": "disabled",
      "topic.prefix": name,
      "poll.interval.ms": "50",
      "key.converter": converter,
      "key.converter.schemas.enable": "false",
      "value.converter": converter,
      "value.converter.schemas.enable": "false",
      ...CONNECTORS[name],
    }),
  });
  expect(answer.ok, `${name}: ${answer.status}`).toBe(true);
}

async function collect(brokers: readonly string[]): Promise<void> {
  const kafka = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING });
  const topics = NAMES.flatMap((name) => [`${name}.public.every_type`, `${name}.public.toasted`]);
  const admin = kafka.admin();
  await admin.connect();
  await createTopics(
    admin,
    topics.map((topic) => ({ topic, numPartitions: 1 })),
  );
  await admin.disconnect();
  consumer = kafka.consumer({ groupId: "types" });
  await consumer.connect();
  await consumer.subscribe({ topics, fromBeginning: true });
  await consumer.run({
    autoCommit: false,
    eachMessage: ({ topic, message }) => {
      const event = message.value?.toString() ?? "";
      const fields = fieldsOfEvent(event);
      if (fields === undefined) return Promise.resolve();
      const op = /"op":"(\w)"/.exec(event)?.[1] ?? "";
      const list = events.get(topic) ?? [];
      events.set(topic, [...list, { op, id: Number(fields.get("id")), fields }]);
      return Promise.resolve();
    },
  });
}

const eventsOf = (name: string, table: string): readonly Seen[] =>
  events.get(`${name}.public.${table}`) ?? [];

const awaitEvents = (table: string, count: number): Promise<void> =>
  until(
    `events of ${table}`,
    () => {
      const missing = NAMES.filter((name) => eventsOf(name, table).length < count);
      const counts = missing.map((name) => `${name} has ${eventsOf(name, table).length} of ${count}`);
      return Promise.resolve(missing.length === 0 ? ready(undefined) : notYet(counts.join(", ")));
    },
    90_000,
  );

function isLost({ in: where }: Loss, name: string, { op }: Seen): boolean {
  if (where === "always") return true;
  if (where === "snapshot") return op === "r";
  const { timePrecision, decimalHandling } = modesOf(name);
  return where === timePrecision || where === decimalHandling;
}

describe.each(NAMES)("events of the connector %s", (name) => {
  it("hash as the rows do, value by value, through snapshot and stream", () => {
    const table = compared.get(name);
    const seen = eventsOf(name, "every_type");
    expect(new Set(seen.map(({ op }) => op))).toEqual(new Set(["r", "c"]));
    const wrong = EVERY_TYPE.flatMap((sample) => {
      const codec = table?.codecs.get(sample.name);
      if (table === undefined || codec === undefined) return [];
      return seen.flatMap((event) => {
        const row = table.rows.get(event.id)?.get(sample.name);
        const json = event.fields.get(sample.name) ?? "missing";
        const found = hashJson(codec, json);
        const value = sample.values[event.id % STREAMED];
        const losses = sample.lost?.filter((loss) => loss.value === value) ?? [];
        const isSame = row?.hash === found.hash && row.shown === found.shown;
        if (isSame !== losses.some((loss) => isLost(loss, name, event))) return [];
        return [{ column: sample.name, op: event.op, value, json, row: row?.shown, event: found.shown }];
      });
    });
    expect(wrong).toEqual([]);
  });

  it("hash otherwise when a value is another", () => {
    const table = compared.get(name);
    const alike = EVERY_TYPE.flatMap(({ name: column }) => {
      const rows = [...(table?.rows.values() ?? [])].map((row) => row.get(column));
      const shown = new Set(rows.map((value) => value?.shown));
      const hashes = new Set(rows.map((value) => value?.hash));
      // NULL is one of them.
      const isTold = table?.codecs.has(column) !== true || (shown.size >= 3 && hashes.size === shown.size);
      return isTold ? [] : [{ column, shown: [...shown], hashes: hashes.size }];
    });
    expect(alike).toEqual([]);
  });

  it("have nothing to compare in the columns that are not compared", () => {
    const { unsupported } = compared.get(name) ?? {};
    const held = [...(unsupported?.keys() ?? [])].flatMap((column) =>
      eventsOf(name, "every_type")
        .filter(({ op }) => op === "c")
        .map(({ fields }) => ({ column, json: fields.get(column) ?? "null" }))
        .filter(({ json }) => !["null", "[]"].includes(json)),
    );
    expect(held).toEqual([]);
  });

  it("have the placeholder that is expected where an update left a TOASTed value alone", () => {
    const table = compareToasted.get(name);
    const updates = eventsOf(name, "toasted").filter(({ op }) => op === "u");
    expect(updates).toHaveLength(TOASTED_TYPES.length);
    const found = updates.map(({ id, fields }) => {
      const column = TOASTED_TYPES[id]?.name ?? "";
      return [column, fields.get(column)];
    });
    const expected = TOASTED_TYPES.map(({ name: column }) => {
      const isSent = table?.unsupported.has(column) !== true;
      return [column, isSent ? (table?.codecs.get(column)?.placeholder ?? "null") : undefined];
    });
    expect(found).toEqual(expected);
  });
});

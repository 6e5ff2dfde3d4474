import { type Admin, Kafka, logLevel, type Message } from "kafkajs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { JsonDocument } from "../support/cli.js";
import { createTopics } from "../support/create-topics.js";
import { withAdmin } from "../support/with-admin.js";
import { Workspace } from "../support/workspace.js";

const WAIT = { timeout: 60_000 };

let workspace: Workspace;
let endpoints: JsonDocument["endpoints"];

beforeAll(async () => {
  workspace = await Workspace.create();
  const { document, stderr } = await workspace.json("up", "mykart");
  expect(document.ok, stderr).toBe(true);
  endpoints = document.endpoints;
  await sql(`CREATE TABLE items (id bigint PRIMARY KEY, name text, price numeric);
             ALTER TABLE items REPLICA IDENTITY FULL;
             INSERT INTO items VALUES (1, 'one', 9.50), (2, 'two', 20)`);
});
afterAll(async () => {
  expect(await workspace.remove()).toEqual([]);
});

const sql = (text: string) => withAdmin(endpoints.postgres, "mykart", (client) => client.query(text));

const kafka = () => new Kafka({ brokers: [...endpoints.kafka], logLevel: logLevel.NOTHING });

async function withKafkaAdmin<T>(work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = kafka().admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}

async function send(topic: string, ...messages: Message[]): Promise<void> {
  const producer = kafka().producer();
  await producer.connect();
  await producer.send({ topic, messages });
  await producer.disconnect();
}

const change = (id: number, partition = 0): Message => ({
  partition,
  key: JSON.stringify({ id }),
  value: JSON.stringify({ op: "c", before: null, after: { id }, source: {} }),
});

type EventLine = Readonly<Record<string, unknown>>;

/** What is there by now, as JSON. */
async function events(...args: string[]): Promise<EventLine[]> {
  const { stdout, stderr, exitCode } = await workspace.run(
    ...["events", "mykart", ...args, "--from", "beginning", "--until", "end", "--json"],
  );
  expect(exitCode, stderr).toBe(0);
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as EventLine);
}

/** Follows from now on; `out` and `err` are what it has printed so far. */
async function follow(...args: string[]) {
  const child = workspace.start("events", "mykart", ...args);
  const text = { out: "", err: "" };
  child.stdout.on("data", (chunk: Buffer) => (text.out += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (text.err += chunk.toString()));
  await expect.poll(() => text.err, WAIT).toContain("reading");
  return { child, text };
}

const groups = () =>
  withKafkaAdmin(async (admin) =>
    (await admin.listGroups()).groups
      .map(({ groupId }) => groupId)
      .filter((name) => name.startsWith("cdc-pipeline-")),
  );

async function putConnector(name: string, settings: Readonly<Record<string, string>>): Promise<void> {
  const url = `${endpoints.connect}/connectors/${name}/config`;
  const base = await fetch(`${endpoints.connect}/connectors/mykart-connector/config`);
  const config = (await base.json()) as Record<string, string>;
  const body = JSON.stringify({ ...config, name, ...settings });
  const answer = await fetch(url, { method: "PUT", headers: { "content-type": "application/json" }, body });
  expect(answer.ok, await answer.text()).toBe(true);
}

describe("what is shown", () => {
  it("is chosen by operation, key and expression, up to what is there", async () => {
    await sql(`UPDATE items SET price = 10.25 WHERE id = 1;
               UPDATE items SET price = 9 WHERE id = 2;
               DELETE FROM items WHERE id = 2`);
    await expect.poll(async () => (await events("items", "--op", "d")).length, WAIT).toBe(1);
    expect(await events("items", "--where", "after.price > before.price")).toMatchObject([
      { op: "u", key: { id: 1 }, before: { price: "9.50" }, after: { price: "10.25" } },
    ]);
    const ofTwo = await events("items", "--key", "id=2");
    expect(ofTwo.map(({ op, kind }) => op ?? kind)).toEqual(["c", "u", "d", "tombstone"]);
  });

  it("is of a flattened row where a transform has left no more, in topics that are routed and compressed", async () => {
    await putConnector("flat", {
      ...{ "topic.prefix": "flat", "slot.name": "flat", "producer.override.compression.type": "lz4" },
      ...{ transforms: "unwrap,route", "provide.transaction.metadata": "true" },
      "transforms.unwrap.type": "io.debezium.transforms.ExtractNewRecordState",
      "transforms.unwrap.add.fields": "op,table,source.ts_ms",
      "transforms.unwrap.delete.tombstone.handling.mode": "rewrite",
      "transforms.route.type": "org.apache.kafka.connect.transforms.RegexRouter",
      "transforms.route.regex": "flat\\.public\\..*",
      "transforms.route.replacement": "everything",
      "value.converter.schemas.enable": "true",
    });
    const flat = (...args: string[]) => events("--connector", "flat", ...args).catch(() => [] as EventLine[]);
    await expect.poll(async () => (await flat("items")).length, WAIT).toBe(1);
    await sql("DELETE FROM items WHERE id = 1");
    await expect.poll(async () => (await flat("items", "--op", "d")).length, WAIT).toBe(1);
    expect(await flat("items")).toMatchObject([
      { flattened: true, op: "r", table: "items", topic: "everything", after: { name: "one" } },
      { flattened: true, op: "d", key: { id: 1 }, before: { name: "one" }, after: null },
    ]);
    expect(await flat("--include", "transaction", "--where", "value.status = 'END'")).toMatchObject([
      { kind: "transaction" },
    ]);
    const answer = await fetch(`${endpoints.connect}/connectors/flat`, { method: "DELETE" });
    expect(answer.ok).toBe(true);
  });
});

describe("compressed topics", () => {
  it.each(["gzip", "snappy", "lz4", "zstd"])("of %s are read", async (type) => {
    const topic = `debezium.mykart.public.packed_${type}`;
    const configEntries = [{ name: "compression.type", value: type }];
    await withKafkaAdmin((admin) => createTopics(admin, [{ topic, numPartitions: 1, configEntries }]));
    await send(topic, ...Array.from({ length: 500 }, (_, id) => change(id)));
    const found = await events(`packed_${type}`);
    expect(found.map(({ key }) => (key as { id: number }).id)).toEqual([...Array(500).keys()]);
  });

  it("are no hindrance to verify, which Kafka Connect's own producer fills", async () => {
    await putConnector("mykart-connector", { "producer.override.compression.type": "zstd" });
    const { document, exitCode } = await workspace.json("verify", "mykart");
    expect(document.error).toBeUndefined();
    expect(exitCode).toBe(0);
  });
});

describe("a consumer group", () => {
  it.each(["SIGINT", "SIGTERM"] as const)("is gone after %s", async (signal) => {
    const { child } = await follow("items");
    await expect.poll(groups, WAIT).toHaveLength(1);
    child.kill(signal);
    expect((await child).exitCode).toBe(0);
    expect(await groups()).toEqual([]);
  });

  it("has committed nothing where the process was killed: Kafka has nothing to keep", async () => {
    const { child } = await follow("items");
    await expect.poll(groups, WAIT).toHaveLength(1);
    child.kill("SIGKILL");
    await child;
    const [groupId = ""] = await groups();
    const topic = "debezium.mykart.public.items";
    const offsets = await withKafkaAdmin((admin) => admin.fetchOffsets({ groupId, topics: [topic] }));
    expect(offsets.flatMap(({ partitions }) => partitions.map(({ offset }) => offset))).toEqual(["-1"]);
  });
});

describe("while it is followed", () => {
  const topic = "debezium.mykart.public.fickle";

  it("a topic may get a partition, be deleted, and be made anew", async () => {
    const topics = [{ topic, numPartitions: 1 }];
    await withKafkaAdmin((admin) => createTopics(admin, topics));
    await send(topic, change(1), { key: "k", value: "poison" });
    const { child, text } = await follow("fickle", "--from", "beginning");
    await expect.poll(() => text.out, WAIT).toContain("undecodable");
    await withKafkaAdmin((admin) => admin.createPartitions({ topicPartitions: [{ topic, count: 2 }] }));
    await expect.poll(() => text.err, WAIT).toContain(`partition 1 of ${topic} is new, and read too`);
    await send(topic, change(2, 1), change(3));
    await expect.poll(() => text.out, WAIT).toMatch(/id=2\n[^]*id=3\n|id=3\n[^]*id=2\n/);
    await withKafkaAdmin((admin) => admin.deleteTopics({ topics: [topic] }));
    await expect.poll(() => text.err, WAIT).toContain(`${topic} is gone`);
    await withKafkaAdmin((admin) => createTopics(admin, topics));
    await expect.poll(() => text.err, WAIT).toContain(`${topic} is new, and read too`);
    await send(topic, change(4));
    await expect.poll(() => text.out, WAIT).toContain("id=4\n");
    expect(text.out.match(/id=1$/gm)).toHaveLength(1);
    child.kill("SIGINT");
    expect((await child).exitCode).toBe(0);
  });

  it("the broker may be killed and come back: nothing is lost, and nothing told twice", async () => {
    const { child, text } = await follow("items", "--json");
    await sql("INSERT INTO items VALUES (10, 'before', 1)");
    await expect.poll(() => text.out, WAIT).toContain('"before"');
    process.kill((await workspace.state())?.servers.kafka?.process.pid ?? 0, "SIGKILL");
    await expect.poll(() => text.err, WAIT).toContain("waiting until it is back");
    await sql("INSERT INTO items VALUES (11, 'meanwhile', 1)");
    const { document } = await workspace.json("up", "mykart");
    expect(document.error).toBeUndefined();
    await sql("INSERT INTO items VALUES (12, 'afterwards', 1)");
    await expect.poll(() => text.out, WAIT).toContain('"afterwards"');
    expect(text.err).toContain("Kafka answers: reading on");
    const told = text.out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { key: { id: number }; offset: number });
    expect([...new Set(told.map(({ key }) => key.id))]).toEqual([10, 11, 12]);
    // What the connector itself sent twice has an offset of its own.
    const offsets = told.map(({ offset }) => offset);
    expect(offsets).toEqual(offsets.map((_, at) => (offsets[0] ?? 0) + at));
    child.kill("SIGINT");
    expect((await child).exitCode).toBe(0);
  });
});

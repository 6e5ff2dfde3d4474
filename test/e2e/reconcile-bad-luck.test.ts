import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { type Admin, ConfigResourceTypes, Kafka, logLevel } from "kafkajs";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { registerCodecs } from "../../src/clients/kafka/codecs/register-codecs.js";
import { packagePath } from "../../src/package-root.js";
import type { Reconciliation, TableReconciliation } from "../../src/reconcile/reconciliation.js";
import { notYet, ready } from "../../src/wait/wait-until.js";
import type { JsonDocument } from "../support/cli.js";
import { PostgresServer } from "../support/postgres-server.js";
import { DEFAULT_POSTGRES } from "../support/postgres-versions.js";
import { readTopic } from "../support/topic-records.js";
import { until } from "../support/until.js";
import { Workspace } from "../support/workspace.js";

const PARTITIONS = 3;
const BIG = 150_000;

let workspace: Workspace;
let endpoints: JsonDocument["endpoints"];
let kafka: Kafka;
let admin: Admin;

beforeAll(async () => {
  registerCodecs();
  workspace = await Workspace.create();
  const template = JSON.parse(await readFile(packagePath("connectors/postgres.json"), "utf8")) as object;
  const connector = {
    ...template,
    "producer.override.compression.type": "zstd",
    "topic.creation.default.partitions": String(PARTITIONS),
    "topic.creation.default.replication.factor": "1",
  };
  await writeFile(join(workspace.folder, "connector.json"), JSON.stringify(connector));
  await writeFile(join(workspace.folder, "cdc-pipeline.yaml"), "debezium:\n  template: connector.json\n");
  await writeFile(
    join(workspace.folder, "shop.sql"),
    `CREATE TABLE orders (id int PRIMARY KEY, note text);
     CREATE TABLE altered (id int PRIMARY KEY, old text);
     CREATE TABLE cut (id int PRIMARY KEY);
     CREATE TABLE compacted (id int PRIMARY KEY, note text);
     CREATE TABLE doomed (id int PRIMARY KEY);
     CREATE TABLE big (id int PRIMARY KEY, note text)`,
  );
  const { document, stderr } = await workspace.json("up", "shop", "--schema", "shop.sql");
  expect(document.ok, stderr).toBe(true);
  ({ endpoints } = document);
  kafka = new Kafka({ brokers: [...endpoints.kafka], logLevel: logLevel.NOTHING });
  admin = kafka.admin();
  await admin.connect();
  await sql(`
    INSERT INTO orders SELECT i, 'order ' || i FROM generate_series(1, 2000) i;
    INSERT INTO altered SELECT i, 'old ' || i FROM generate_series(1, 30) i;
    INSERT INTO cut SELECT generate_series(1, 30);
    INSERT INTO compacted SELECT i, 'first' FROM generate_series(1, 30) i;
    INSERT INTO doomed VALUES (1), (2)`);
});
afterAll(async () => {
  await admin.disconnect();
  expect(await workspace.remove()).toEqual([]);
});

describe("topics of many kinds", () => {
  it("of several partitions, compressed with zstd, are read whole", async () => {
    const { exitCode, found, stderr } = await reconcile();
    expect(exitCode, stderr).toBe(0);
    expect(tableOf(found, "orders")).toMatchObject({ rows: 2000, lost: 0, extra: 0, different: 0 });
    const partitions = new Set(
      (await readTopic(endpoints.kafka, topicOf("orders"))).map((one) => one.partition),
    );
    expect(partitions.size).toBe(PARTITIONS);
  });

  it("cut by DeleteRecords leave rows unproved, which is no failure", async () => {
    const topic = topicOf("cut");
    const ends = await admin.fetchTopicOffsets(topic);
    const partitions = ends.map(({ partition, high }) => ({ partition, offset: high }));
    await admin.deleteTopicRecords({ topic, partitions });
    await sql("UPDATE cut SET id = 100 WHERE id = 1");
    const { exitCode, found, stderr } = await reconcile("--table", "cut");
    expect(exitCode, stderr).toBe(0);
    expect(tableOf(found, "cut")).toMatchObject({ rows: 30, lost: 0, extra: 0, unproved: 29 });
  });

  it("with a record that is no event count it, and fail with --strict only", async () => {
    const producer = kafka.producer();
    await producer.connect();
    await producer.send({
      topic: topicOf("orders"),
      messages: [
        { key: '{"id":7}', value: '{"op": "c", "after": {' },
        { key: "\xff\xfe", value: Buffer.from([0, 255, 128]) },
      ],
    });
    await producer.disconnect();
    const { exitCode, found, stderr } = await reconcile("--table", "orders");
    expect(exitCode, stderr).toBe(0);
    expect(tableOf(found, "orders")).toMatchObject({ lost: 0, different: 0, undecodable: 2 });
    expect((await reconcile("--table", "orders", "--strict")).exitCode).toBe(1);
  });

  it("compacted ones have the last event of each row", async () => {
    const topic = topicOf("compacted");
    const settings = { "cleanup.policy": "compact", "segment.ms": "100", "max.compaction.lag.ms": "100" };
    const configEntries = Object.entries({ ...settings, "min.cleanable.dirty.ratio": "0.001" });
    await admin.alterConfigs({
      validateOnly: false,
      resources: [
        {
          type: ConfigResourceTypes.TOPIC,
          name: topic,
          configEntries: configEntries.map(([name, value]) => ({ name, value })),
        },
      ],
    });
    await sql("DELETE FROM compacted WHERE id = 30");
    await until(
      "compaction",
      async () => {
        await sql("UPDATE compacted SET note = note || '.'");
        const first = (await readTopic(endpoints.kafka, topic)).filter(
          ({ value }) => value?.includes('"first"') === true,
        );
        return first.length === 0 ? ready(undefined) : notYet(`${first.length} are kept`);
      },
      90_000,
    );
    const { exitCode, found, stderr } = await reconcile("--table", "compacted");
    expect(exitCode, stderr).toBe(0);
    expect(tableOf(found, "compacted")).toMatchObject({ rows: 29, lost: 0, extra: 0, different: 0 });
  });
});

it("columns that come and go, and a table that goes, are no difference", async () => {
  await sql("ALTER TABLE altered ADD added text DEFAULT 'x'; UPDATE altered SET old = 'new' WHERE id < 10");
  const added = await reconcile("--table", "altered");
  expect(added.exitCode, added.stderr).toBe(0);
  await sql("ALTER TABLE altered DROP old; UPDATE altered SET added = 'y' WHERE id < 5; DROP TABLE doomed");
  const dropped = await reconcile();
  expect(dropped.exitCode, dropped.stderr).toBe(0);
  expect(tableOf(dropped.found, "altered")).toMatchObject({ rows: 30, lost: 0, extra: 0, different: 0 });
  expect(tableOf(dropped.found, "doomed")).toBeUndefined();
});

it("a standby under writes gives no false alarm, and one of another server is refused", async () => {
  await using primary = await PostgresServer.start({ version: DEFAULT_POSTGRES });
  const own = workspace.with({
    CDC_PIPELINE_TARGET: "external",
    CDC_PIPELINE_POSTGRES_PORT: String(primary.port),
    CDC_PIPELINE_POSTGRES_ADMIN_DATABASE: "postgres",
    CDC_PIPELINE_KAFKA_BROKERS: endpoints.kafka.join(","),
    CDC_PIPELINE_CONNECT_URL: endpoints.connect,
  });
  await writeFile(
    join(workspace.folder, "copied.sql"),
    "CREATE TABLE things (id int PRIMARY KEY, note text)",
  );
  const up = await own.json("up", "copied", "--schema", "copied.sql");
  expect(up.document.ok, up.stderr).toBe(true);
  const standby = await primary.makeStandby();
  const writer = await primary.connect("copied");
  await writer.query("INSERT INTO things SELECT i, 'x' FROM generate_series(1, 300) i");
  const stop = new AbortController();
  const writing = (async () => {
    for (let id = 1; !stop.signal.aborted; id = (id % 300) + 1) {
      await writer.query("BEGIN");
      await writer.query("UPDATE things SET note = note || '.' WHERE id = $1", [id]);
      await writer.query("DELETE FROM things WHERE id = $1", [(id % 300) + 1]);
      await writer.query(id % 5 === 0 ? "ROLLBACK" : "COMMIT");
      await writer.query("INSERT INTO things VALUES ($1, 'again') ON CONFLICT DO NOTHING", [(id % 300) + 1]);
    }
  })();
  const results = [];
  for (let run = 0; run < 3; run++) {
    results.push(await own.json("reconcile", "copied", "--read-from", `127.0.0.1:${standby.port}`));
  }
  stop.abort();
  await writing;
  for (const { exitCode, document, stderr } of results) {
    expect(exitCode, stderr).toBe(0);
    const things = tableOf(document as Found, "things");
    expect(things).toMatchObject({ lost: 0, extra: 0, different: 0 });
    expect(things?.rows).toBeGreaterThan(290);
  }
  await sql("CREATE DATABASE copied");
  const refused = await Promise.all(
    [primary.port, endpoints.postgres.port].map((port) =>
      own.json("reconcile", "copied", "--read-from", `127.0.0.1:${port}`),
    ),
  );
  const codes = refused.map(({ document }) => document.error?.code);
  expect(codes).toEqual(["STANDBY_UNSUITABLE", "STANDBY_UNSUITABLE"]);
  await own.json("connectors", "delete", "copied-connector", "--yes");
});

describe("a server that dies while it is read", () => {
  beforeAll(async () => {
    await sql(`INSERT INTO big SELECT i, repeat('x', 200) FROM generate_series(1, ${BIG}) i`);
    const { exitCode, stderr } = await reconcile();
    expect(exitCode, stderr).toBe(0);
  });

  it.each([
    ["kafka", "KAFKA_UNREACHABLE"],
    ["postgres", "POSTGRES_UNREACHABLE"],
  ])("%s: the run goes on or stops clearly, and the next is whole", async (server, code) => {
    // A killed broker remembers the groups of who read from it.
    const before = (await admin.listGroups()).groups.map(({ groupId }) => groupId);
    const run = workspace.start("reconcile", "shop", "--json", "--timeout", "60");
    await until("the reading", async () => {
      const { groups } = await admin.listGroups();
      const isReading = groups.some(
        ({ groupId }) => groupId.startsWith("cdc-pipeline-") && !before.includes(groupId),
      );
      return isReading ? ready(undefined) : notYet("no group");
    });
    const servers = (await workspace.state())?.servers as Record<string, { process: { pid: number } }>;
    process.kill(servers[server]?.process.pid ?? 0, "SIGKILL");
    const deployed = await workspace.run("deploy");
    expect(deployed.exitCode, deployed.stderr).toBe(0);
    const { exitCode, stdout, stderr } = await run;
    const document = JSON.parse(stdout) as Found;
    expect(stderr).not.toMatch(/^\s+at /m);
    if (exitCode === 0) expect(tableOf(document, "big")).toMatchObject({ rows: BIG, lost: 0 });
    else expect([exitCode, document.error?.code]).toEqual([1, code]);
    const next = await reconcile();
    expect(next.exitCode, next.stderr).toBe(0);
    expect(tableOf(next.found, "big")).toMatchObject({ rows: BIG, lost: 0, extra: 0, different: 0 });
  });
});

describe("a connector that goes away while its events are waited for", () => {
  it("paused: a clear stop", async () => {
    const { exitCode, stderr } = await runWithout(() =>
      workspace.run("connectors", "pause", "shop-connector"),
    );
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining("CONNECTOR_NOT_RUNNING")]);
    expect((await workspace.run("connectors", "resume", "shop-connector")).exitCode).toBe(0);
  });

  it("its slot dropped: no verdict", async () => {
    const { exitCode, stderr } = await runWithout(async (walsender) => {
      await sql(`SELECT pg_terminate_backend(${walsender})`);
      process.kill(walsender, "SIGCONT");
      await until("the slot is gone", async () => {
        await sql("SELECT pg_drop_replication_slot('debezium_shop_slot')").catch(() => undefined);
        const { rowCount } = await sql("SELECT FROM pg_replication_slots WHERE database = 'shop'");
        return rowCount === 0 ? ready(undefined) : notYet("it is there");
      });
    });
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/EVENT_NOT_SEEN|CONNECTOR_TASK_FAILED|NOT_STREAMING/);
  });

  /** Nothing comes, since PostgreSQL's process that sends stands still; `act` does its harm while that is waited for. */
  async function runWithout(act: (walsender: number) => Promise<unknown>) {
    const walsender = await until("the walsender", async () => {
      const { rows } = await sql(
        "SELECT active_pid FROM pg_replication_slots WHERE slot_name = 'debezium_shop_slot'",
      );
      const { active_pid: pid } = rows[0] as { readonly active_pid: number | null };
      return pid === null ? notYet("the slot is idle") : ready(pid);
    });
    process.kill(walsender, "SIGSTOP");
    try {
      const run = workspace.start("reconcile", "shop", "--table", "orders", "--timeout", "30");
      const isWaiting = new Promise<void>((resolve) => {
        let told = "";
        for (const stream of [run.stdout, run.stderr]) {
          stream.on("data", (piece) => {
            told += String(piece);
            if (told.includes("snapshot")) resolve();
          });
        }
      });
      await Promise.race([isWaiting, run]);
      await act(walsender);
      return await run;
    } finally {
      // It may have ended.
      await sql(`SELECT FROM pg_stat_activity WHERE pid = ${walsender}`).then(({ rowCount }) => {
        if (rowCount === 1) process.kill(walsender, "SIGCONT");
      });
    }
  }
});

type Found = JsonDocument & Reconciliation;

const topicOf = (table: string): string => `debezium.shop.public.${table}`;

const tableOf = ({ tables }: Reconciliation, name: string): TableReconciliation | undefined =>
  tables.find(({ table }) => table === `public.${name}`);

async function reconcile(...options: readonly string[]) {
  const { exitCode, document, stderr } = await workspace.json("reconcile", "shop", ...options);
  return { exitCode, found: document as Found, stderr: `${stderr} ${JSON.stringify(document.error)}` };
}

async function sql(text: string) {
  const { host, port, adminUser: user } = endpoints.postgres;
  const client = new Client({ host, port, user, password: "password123", database: "shop" });
  client.on("error", () => undefined);
  await client.connect();
  try {
    return await client.query(text);
  } finally {
    await client.end();
  }
}

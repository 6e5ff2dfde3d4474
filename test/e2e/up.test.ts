import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { execa } from "execa";
import { type Admin, Kafka, logLevel } from "kafkajs";
import type { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { deadlineIn, loadConfig, runPipeline } from "../../src/index.js";
import { type JsonDocument, printed } from "../support/cli.js";
import { withAdmin } from "../support/with-admin.js";
import { Workspace } from "../support/workspace.js";

const ADMIN_PASSWORD = "planted-admin-7f3a";
const DEBEZIUM_PASSWORD = "planted-debezium-91c2";

let workspace: Workspace;
let first: JsonDocument;

beforeAll(async () => {
  workspace = await Workspace.create({
    CDC_PIPELINE_POSTGRES_ADMIN_PASSWORD: ADMIN_PASSWORD,
    CDC_PIPELINE_DEBEZIUM_PASSWORD: DEBEZIUM_PASSWORD,
  });
  const result = await workspace.json("up", "mykart");
  expect(result.stderr).not.toContain("✘");
  first = result.document;
});

afterAll(async () => {
  expect(await workspace.remove()).toEqual([]);
});

const withClient = <T>(database: string, work: (client: Client) => Promise<T>) =>
  withAdmin(first.endpoints.postgres, database, work, ADMIN_PASSWORD);

describe("up on nothing", () => {
  it("ends with a streamed event as evidence", () => {
    expect(first).toMatchObject({
      ok: true,
      command: "up",
      target: "local",
      databases: [
        {
          name: "mykart",
          connector: "mykart-connector",
          slot: "debezium_mykart_slot",
          publication: "debezium_publication",
          topicPrefix: "debezium.mykart",
          event: { topic: "debezium.mykart.cdc_pipeline.probe", partition: 0, op: "c" },
        },
      ],
    });
    expect(first.databases[0]?.event.offset).toBeGreaterThan(0);
    expect(first.databases[0]?.event.latencyMs).toBeGreaterThan(0);
    expect(first.stages.map(({ stage }) => stage)).toEqual(["deploy", "prepare", "register", "verify"]);
    expect(first.stages.slice(0, 3).map(({ status }) => status)).toEqual(["changed", "changed", "changed"]);
  });

  it("made the shop with its rows, and removed the probe row again", async () => {
    const counts = await withClient("mykart", async (client) => {
      const { rows } = await client.query<Record<string, number>>(
        `SELECT (SELECT count(*)::int FROM products) AS products,
                (SELECT count(*)::int FROM customers) AS customers,
                (SELECT count(*)::int FROM orders) AS orders,
                (SELECT count(*)::int FROM order_line_items) AS items,
                (SELECT count(*)::int FROM cdc_pipeline.probe) AS probes`,
      );
      return rows[0];
    });
    expect(counts?.products).toBeGreaterThanOrEqual(1000);
    expect(counts?.customers).toBeGreaterThan(0);
    expect(counts?.orders).toBeGreaterThan(0);
    expect(counts?.items).toBeGreaterThan(0);
    expect(counts?.probes).toBe(0);
  });

  it("leaves no consumer group behind but Kafka Connect's own", async () => {
    const kafka = new Kafka({ brokers: [...first.endpoints.kafka], logLevel: logLevel.NOTHING });
    const { groups } = await withKafkaAdmin(kafka, (admin) => admin.listGroups());
    expect(groups.map(({ groupId }) => groupId)).toEqual(["cdc-pipeline"]);
  });
});

describe("up again", () => {
  it("reads calmly and writes nothing but its own probe row", async () => {
    const log = join(workspace.stateDir, "logs", "postgres.log");
    const connectLog = join(workspace.stateDir, "logs", "connect.log");
    await withClient("mydb", async (client) => {
      await client.query("ALTER SYSTEM SET log_statement = 'mod'");
      await client.query("SELECT pg_reload_conf()");
    });
    await delay(500);
    const before = { postgres: (await readFile(log)).length, connect: (await readFile(connectLog)).length };
    const { document, exitCode } = await workspace.json("up", "mykart");
    expect(exitCode).toBe(0);
    expect(document.stages.map(({ status }) => status)).toEqual(Array(4).fill("unchanged"));
    const steps = document.stages.flatMap((stage) => stage.steps);
    expect(new Set(steps.map(({ status }) => status))).toEqual(new Set(["unchanged", "proved"]));

    const statements = (await readFile(log)).subarray(before.postgres).toString();
    const writes = statements.split("\n").filter((line) => /LOG: {2}(statement|execute)/.test(line));
    // One transaction, in one round trip.
    expect(writes).toHaveLength(1);
    expect(writes[0]).toMatch(/INSERT INTO cdc_pipeline\.probe.*UPDATE .*DELETE FROM cdc_pipeline\.probe/);
    const requests = (await readFile(connectLog)).subarray(before.connect).toString();
    expect(requests).toMatch(/"GET \/connectors\?expand=info/);
    expect(requests).not.toMatch(/"(PUT|POST|PATCH|DELETE) \//);
  });
});

describe("psql alone", () => {
  it("changes a product, and an independent consumer sees insert, update and delete in order", async () => {
    const { host, port } = first.endpoints.postgres;
    const login = ["-h", host, "-p", String(port), "-U", "admin", "-d", "mykart"];
    const psql = async (sql: string) => {
      const options = ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"];
      const { stdout } = await execa("psql", [...options, ...login, "-c", sql], {
        env: { PGPASSWORD: ADMIN_PASSWORD },
      });
      return stdout.trim();
    };
    const kafka = new Kafka({ brokers: [...first.endpoints.kafka], logLevel: logLevel.NOTHING });
    const consumer = kafka.consumer({ groupId: "independent" });
    const seen: { id: number; value: { op: string; after: { price: string } | null } | null }[] = [];
    await consumer.connect();
    await consumer.subscribe({ topic: "debezium.mykart.public.products", fromBeginning: true });
    await consumer.run({
      eachMessage: ({ message }) => {
        const { id } = JSON.parse(message.key?.toString() ?? "{}") as { id: number };
        seen.push({
          id,
          value: JSON.parse(message.value?.toString() ?? "null") as (typeof seen)[number]["value"],
        });
        return Promise.resolve();
      },
    });
    const id = Number(
      await psql(
        `INSERT INTO products (sku, name, brand, category, price)
         VALUES ('PSQ-LIN-0001', 'Lamp', 'Hand', 'Lights', 10.00) RETURNING id`,
      ),
    );
    await psql(`UPDATE products SET price = 12.34, updated_at = now() WHERE id = ${id}`);
    await psql(`DELETE FROM products WHERE id = ${id}`);
    const events = () => seen.filter((record) => record.id === id);
    // The tombstone behind the delete is the fourth record.
    await expect.poll(() => events().length, { timeout: 30_000 }).toBe(4);
    await consumer.disconnect();
    await withKafkaAdmin(kafka, (admin) => admin.deleteGroups(["independent"]));
    expect(events().map(({ value }) => [value?.op, value?.after?.price])).toEqual([
      ["c", "10.00"],
      ["u", "12.34"],
      ["d", undefined],
      [undefined, undefined],
    ]);
    // The rows that were there before came out of the snapshot.
    expect(seen.filter(({ value }) => value?.op === "r").length).toBeGreaterThanOrEqual(1000);
  });
});

describe("another database", () => {
  const NAME = 'my "kart"; drop';

  it("whose name is hostile goes through like any other, with names of its own", async () => {
    const { document, exitCode } = await workspace.json("up", NAME);
    expect(exitCode).toBe(0);
    const [database] = document.databases;
    expect(database?.name).toBe(NAME);
    expect(database?.slot).toMatch(/^debezium_my_kart_drop_[0-9a-f]{10}_slot$/);
    expect(database?.event.op).toBe("c");
    const databases = await withClient("mydb", async (client) => {
      const { rows } = await client.query<{ datname: string }>(
        "SELECT datname FROM pg_database WHERE NOT datistemplate ORDER BY 1",
      );
      return rows.map(({ datname }) => datname);
    });
    expect(databases).toEqual(['my "kart"; drop', "mydb", "mykart", "postgres"].sort());
  });

  it("is made from --schema, whose error names file, line and statement and leaves nothing behind", async () => {
    await writeFile(
      join(workspace.folder, "shop.sql"),
      "CREATE TABLE a (id int PRIMARY KEY);\n\nCREATE TABEL b (id int);\n",
    );
    const { document, exitCode } = await workspace.json("up", "shop", "--schema", "shop.sql");
    expect(exitCode).toBe(1);
    expect(document.ok).toBe(false);
    expect(document.error?.code).toBe("SCHEMA_FAILED");
    expect(document.error?.message).toContain("shop.sql:3");
    expect(document.error?.message).toContain("CREATE TABEL b");
    expect(document.stages.map(({ stage, status }) => `${stage} ${status}`)).toEqual([
      "deploy unchanged",
      "prepare failed",
      "register skipped",
      "verify skipped",
    ]);
    const found = await withClient("mydb", (client) =>
      client.query("SELECT FROM pg_database WHERE datname = 'shop' OR datname LIKE 'cdc_pipeline_draft%'"),
    );
    expect(found.rowCount).toBe(0);

    await writeFile(
      join(workspace.folder, "shop.sql"),
      "CREATE TABLE a (id int PRIMARY KEY);\nINSERT INTO a VALUES (1);\n",
    );
    const good = await workspace.json("up", "shop", "--schema", "shop.sql");
    expect(good.document.databases[0]?.event.op).toBe("c");
  });

  it("sends a partitioned table's rows once, in its own topic, from the snapshot and later", async () => {
    await writeFile(
      join(workspace.folder, "events.sql"),
      `CREATE TABLE events (id bigint, at date, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
       CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
       CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
       INSERT INTO events SELECT g, '2025-06-01'::date + g FROM generate_series(1, 300) g;`,
    );
    const { exitCode } = await workspace.json("up", "events", "--schema", "events.sql");
    expect(exitCode).toBe(0);
    await withClient("events", (client) => client.query("INSERT INTO events VALUES (1000, '2026-03-03')"));
    const again = await workspace.json("up", "events");
    expect(again.document.stages.map(({ status }) => status)).toEqual(Array(4).fill("unchanged"));
    const kafka = new Kafka({ brokers: [...first.endpoints.kafka], logLevel: logLevel.NOTHING });
    await withKafkaAdmin(kafka, async (admin) => {
      const topics = (await admin.listTopics()).filter((topic) =>
        topic.startsWith("debezium.events.public."),
      );
      expect(topics).toEqual(["debezium.events.public.events"]);
      const [partition] = await admin.fetchTopicOffsets("debezium.events.public.events");
      expect(partition?.high).toBe("301");
    });
  });

  it("is prepared, registered and verified by the commands of the stages too", async () => {
    for (const stage of ["prepare", "register", "verify"]) {
      const { exitCode, document } = await workspace.json(stage, "steps");
      expect(document.error).toBeUndefined();
      expect(exitCode).toBe(0);
      expect(document.stages.map((report) => report.stage)).toEqual([stage]);
    }
  });
});

describe("a big database", () => {
  it("tells how far its snapshot is while it waits, through the library as through the command line", async () => {
    const schema = join(workspace.folder, "big.sql");
    await writeFile(
      schema,
      `CREATE TABLE measurements (id bigint PRIMARY KEY, at timestamptz NOT NULL, value text NOT NULL);
       INSERT INTO measurements SELECT n, now(), repeat(n::text, 10) FROM generate_series(1, 400000) n;
       ANALYZE measurements;`,
    );
    const messages: string[] = [];
    const config = await loadConfig({ cwd: workspace.folder, env: workspace.env, flags: {} });
    const { proofs } = await runPipeline(
      { config, databases: [{ name: "big", schemaFile: schema }] },
      {
        report: (event) => {
          if (event.type === "step-update" && event.stage === "verify") messages.push(event.message);
        },
        signal: AbortSignal.timeout(240_000),
        deadline: deadlineIn(240_000),
      },
    );
    expect(proofs.get("big")?.op).toBe("c");
    const progress = messages.flatMap((message) => {
      const found = /snapshot: ([\d,]+) of about ([\d,]+) rows in Kafka/.exec(message);
      return found === null ? [] : [found.slice(1).map((count) => Number(count.replaceAll(",", "")))];
    });
    expect(progress.length).toBeGreaterThan(0);
    expect(progress.map(([, expected]) => expected)).toEqual(progress.map(() => 400_000));
    const rows = progress.map(([read = 0]) => read);
    expect(rows).toEqual([...rows].sort((one, other) => one - other));
    expect(rows.at(-1)).toBeLessThanOrEqual(400_000);
  });
});

describe("what goes wrong", () => {
  it("a connector that is paused is named as such, with the command that resumes it", async () => {
    const connector = `${first.endpoints.connect}/connectors/mykart-connector`;
    await fetch(`${connector}/pause`, { method: "PUT" });
    await expect.poll(() => statusOf(connector), { timeout: 30_000 }).toContain("PAUSED");
    const { document, exitCode } = await workspace.json("verify", "mykart");
    expect(exitCode).toBe(1);
    expect(document.error?.code).toBe("CONNECTOR_NOT_RUNNING");
    expect(document.error?.hint).toBe("cdc-pipeline connectors resume mykart-connector");
    const up = await workspace.json("up", "mykart");
    expect(up.document.error).toMatchObject({ code: "CONNECTOR_NOT_RUNNING", hint: document.error?.hint });
    expect((await workspace.run("connectors", "resume", "mykart-connector")).exitCode).toBe(0);
    expect(await statusOf(connector)).not.toContain("PAUSED");
    expect((await workspace.run("verify", "mykart")).exitCode).toBe(0);
  });

  it("what is not proved in time ends with exit 3 and what was seen last; up puts the connector right", async () => {
    const connector = `${first.endpoints.connect}/connectors/steps-connector`;
    const config = (await (await fetch(`${connector}/config`)).json()) as Record<string, string>;
    await fetch(`${connector}/config`, {
      method: "PUT",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ ...config, "table.exclude.list": "cdc_pipeline.probe" }),
    });
    // Once the new configuration holds, the probe's events do not come any more.
    const verify = () => workspace.json("verify", "steps", "--timeout", "5");
    await expect.poll(async () => (await verify()).exitCode, { timeout: 60_000 }).toBe(3);
    const { document } = await verify();
    expect(document.error?.code).toBe("EVENT_NOT_SEEN");
    expect(document.error?.message).toMatch(
      /did not all arrive in debezium\.steps\.cdc_pipeline\.probe in time; last seen: /,
    );

    const healed = await workspace.json("up", "steps");
    expect(healed.exitCode).toBe(0);
    const register = healed.document.stages.find(({ stage }) => stage === "register");
    expect(register?.steps).toContainEqual(
      expect.objectContaining({
        step: "connector steps-connector",
        status: "updated",
        detail: "table.exclude.list",
      }),
    );
  });

  it("a failed task is told by its root cause, and register heals it when the cause is gone", async () => {
    const connector = `${first.endpoints.connect}/connectors/steps-connector`;
    const rename = (from: string, to: string) =>
      withClient("steps", (client) => client.query(`ALTER PUBLICATION ${from} RENAME TO ${to}`));
    await rename("debezium_publication", "hidden_publication");
    await fetch(`${connector}/restart?includeTasks=true`, { method: "POST" });
    await expect.poll(() => statusOf(connector), { timeout: 60_000 }).toContain("FAILED");
    const { document, exitCode } = await workspace.json("register", "steps");
    expect(exitCode).toBe(1);
    expect(document.error?.code).toBe("CONNECTOR_TASK_FAILED");
    expect(document.error?.message).toMatch(/task 0 FAILED: .*[Pp]ublication/);
    expect(document.error?.message).not.toContain("\tat ");
    await rename("hidden_publication", "debezium_publication");
    const healed = await workspace.json("up", "steps");
    expect(healed.exitCode).toBe(0);
    expect(healed.document.databases[0]?.event.op).toBe("c");
  });

  it("no password is in anything that was printed or kept in the state", async () => {
    const state = await readFile(join(workspace.stateDir, "state.json"), "utf8");
    const text = [...printed, state].join("\n");
    expect(text).not.toContain(ADMIN_PASSWORD);
    expect(text).not.toContain(DEBEZIUM_PASSWORD);
  });
});

async function withKafkaAdmin<T>(kafka: Kafka, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}

async function statusOf(connectorUrl: string): Promise<string> {
  return (await fetch(`${connectorUrl}/status`)).text();
}

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { inspect } from "node:util";

import kafkajs, { type Admin, Kafka, logLevel } from "kafkajs";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";

import type { ConnectorConfig } from "../../src/clients/connect/connect-client.js";
import type { Finding } from "../../src/doctor/finding.js";
import type { Diagnosis } from "../../src/doctor/run-checks.js";
import { passes, trips } from "../support/check-fixtures.js";
import { connectorConfig } from "../support/connector-config.js";
import { createTopics } from "../support/create-topics.js";
import {
  diagnose,
  type DiagnosisSource,
  expectPassed,
  expectTripped,
  findingsOf,
  sqlOf,
} from "../support/diagnose.js";
import { Workspace } from "../support/workspace.js";

const ADMIN_PASSWORD = "planted-admin-4d1e";
const DEBEZIUM_PASSWORD = "planted-debezium-77b0";
const SLOT = "debezium_mykart_slot";
const CONNECTOR = "mykart-connector";
const WAIT = { timeout: 60_000, interval: 300 };

let workspace: Workspace;
let source: DiagnosisSource;
let connectUrl: string;
let brokers: readonly string[];
let kafka: Admin;
/** Of a pipeline that nobody has touched. */
let healthy: Diagnosis;
let healthyMs: number;

beforeAll(async () => {
  workspace = await Workspace.create({
    CDC_PIPELINE_POSTGRES_ADMIN_PASSWORD: ADMIN_PASSWORD,
    CDC_PIPELINE_DEBEZIUM_PASSWORD: DEBEZIUM_PASSWORD,
  });
  const { document, stderr } = await workspace.json("up", "mykart");
  expect(document.ok, stderr).toBe(true);
  const { host, port, adminUser } = document.endpoints.postgres;
  connectUrl = document.endpoints.connect;
  brokers = document.endpoints.kafka;
  source = {
    endpoint: { host, port, adminUser, adminPassword: ADMIN_PASSWORD, adminDatabase: "mydb" },
    role: "debezium_user",
    password: DEBEZIUM_PASSWORD,
    publication: "debezium_publication",
  };
  kafka = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING }).admin();
  await kafka.connect();
  const startedMs = performance.now();
  healthy = await look("mykart");
  healthyMs = performance.now() - startedMs;
});

afterAll(async () => {
  await kafka.disconnect();
  expect(await workspace.remove()).toEqual([]);
});

const seen: Diagnosis[] = [];

async function look(...databases: readonly string[]): Promise<Diagnosis> {
  const diagnosis = await diagnose(source, databases, { connect: connectUrl, kafka: brokers });
  seen.push(diagnosis);
  return diagnosis;
}

/** Looks again until a check finds nothing wrong any more. */
const awaitPassed = (code: string, database = "mykart") =>
  expect.poll(async () => findingsOf(await look(database), code), WAIT).toEqual([]);

/** Looks again until a check finds something wrong; in hooks too, where `expect.poll` is not to be had. */
const awaitTripped = (code: string, database: string): Promise<Diagnosis> =>
  vi.waitFor(async () => {
    const diagnosis = await look(database);
    expect(findingsOf(diagnosis, code)).not.toEqual([]);
    return diagnosis;
  }, WAIT);

async function query(database: string, sql: string): Promise<unknown[]> {
  const { host, port, adminUser: user } = source.endpoint;
  const client = new Client({ host, port, user, password: ADMIN_PASSWORD, database });
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(sql);
    return rows.map((row) => Object.values(row)[0]);
  } finally {
    await client.end();
  }
}

async function send(method: string, path: string, body?: unknown): Promise<unknown> {
  const response = await fetch(`${connectUrl}/connectors${path}`, {
    method,
    headers: { "Content-Type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  expect(response.status, `${method} ${path}: ${text}`).toBeLessThan(300);
  return text === "" ? undefined : (JSON.parse(text) as unknown);
}

/** Does what a finding says, as a person would: SQL in its database, a command in a shell. */
async function apply({ code, fix }: Finding): Promise<void> {
  if (fix?.kind === "sql") {
    await query(fix.database, fix.sql);
  } else if (fix?.kind === "command") {
    for (const command of fix.command.split(" && ")) {
      const { exitCode, stderr } = await workspace.run(...command.split(" ").slice(1));
      expect(exitCode, stderr).toBe(0);
    }
  } else {
    throw new Error(`the fix of ${code} cannot be run: ${inspect(fix)}`);
  }
}

async function stop(): Promise<void> {
  await send("PUT", `/${CONNECTOR}/stop`);
  await expect
    .poll(() => query("mydb", `SELECT active FROM pg_replication_slots WHERE slot_name = '${SLOT}'`), WAIT)
    .toEqual([false]);
  await expect
    .poll(
      async () => findingsOf(await look("mykart"), "CONNECTOR_PAUSED").map((finding) => finding.seen),
      WAIT,
    )
    .toEqual(["STOPPED"]);
}

describe("a pipeline as `up` makes it", () => {
  it("has no error and no warning, and nothing is left unlooked at", () => {
    expect(healthy.findings.filter(({ severity }) => severity === "error" || severity === "warning")).toEqual(
      [],
    );
    expect(healthy.skipped).toEqual([]);
    expect(healthyMs).toBeLessThan(2_000);
  });

  passes("CONNECT_UNREACHABLE", "the worker answers", () => expectPassed(healthy, "CONNECT_UNREACHABLE"));
  passes("CONNECT_UNHEALTHY", "the worker is healthy", () => expectPassed(healthy, "CONNECT_UNHEALTHY"));
  passes("CONNECT_VERSION_OLD", "the worker is new", () => expectPassed(healthy, "CONNECT_VERSION_OLD"));
  passes("PLUGIN_MISSING", "the plugin is there", () => expectPassed(healthy, "PLUGIN_MISSING"));
  passes("PLUGIN_VERSION_OLD", "the plugin is new", () => expectPassed(healthy, "PLUGIN_VERSION_OLD"));
  passes("KAFKA_UNREACHABLE", "the broker answers", () => expectPassed(healthy, "KAFKA_UNREACHABLE"));
  passes("KAFKA_CLUSTER_DIFFERS", "one cluster", () => expectPassed(healthy, "KAFKA_CLUSTER_DIFFERS"));
  passes("CONNECTOR_MISSING", "registered", () => expectPassed(healthy, "CONNECTOR_MISSING"));
  passes("CONNECTOR_NOT_OURS", "ours", () => expectPassed(healthy, "CONNECTOR_NOT_OURS"));
  passes("CONNECTOR_FAILED", "not failed", () => expectPassed(healthy, "CONNECTOR_FAILED"));
  passes("CONNECTOR_PAUSED", "not paused", () => expectPassed(healthy, "CONNECTOR_PAUSED"));
  passes("CONNECTOR_WITHOUT_TASK", "has a task", () => expectPassed(healthy, "CONNECTOR_WITHOUT_TASK"));
  passes("CONNECTOR_OTHER_DATABASE", "its own", () => expectPassed(healthy, "CONNECTOR_OTHER_DATABASE"));
  passes("CONNECTOR_OTHER_SLOT", "its own slot", () => expectPassed(healthy, "CONNECTOR_OTHER_SLOT"));
  passes("CONNECTOR_OTHER_PUBLICATION", "ours", () => expectPassed(healthy, "CONNECTOR_OTHER_PUBLICATION"));
  passes("CONNECTOR_FILTERS", "no lists", () => expectPassed(healthy, "CONNECTOR_FILTERS"));
  passes("CONNECTOR_PLUGIN_NAME", "pgoutput", () => expectPassed(healthy, "CONNECTOR_PLUGIN_NAME"));
  passes("CONNECTOR_SNAPSHOT_MODE", "initial", () => expectPassed(healthy, "CONNECTOR_SNAPSHOT_MODE"));
  passes("CONNECTOR_SLOT_DROPPED_ON_STOP", "no", () =>
    expectPassed(healthy, "CONNECTOR_SLOT_DROPPED_ON_STOP"),
  );
  passes("CONNECTOR_AUTOCREATE", "disabled", () => expectPassed(healthy, "CONNECTOR_AUTOCREATE"));
  passes("CONNECTOR_HEARTBEAT_OFF", "it beats", () => expectPassed(healthy, "CONNECTOR_HEARTBEAT_OFF"));
  passes("CONNECTOR_OFFSET_STRATEGY", "Debezium's default", () =>
    expectPassed(healthy, "CONNECTOR_OFFSET_STRATEGY"),
  );
  passes("CONNECTOR_TLS", "loopback", () => expectPassed(healthy, "CONNECTOR_TLS"));
  passes("CONNECTOR_RUNNING_SLOT_INACTIVE", "it is read", () =>
    expectPassed(healthy, "CONNECTOR_RUNNING_SLOT_INACTIVE"),
  );
  passes("OFFSET_WITHOUT_SLOT", "both are there", () => expectPassed(healthy, "OFFSET_WITHOUT_SLOT"));
  passes("OFFSET_BEHIND_SLOT", "the slot follows", () => expectPassed(healthy, "OFFSET_BEHIND_SLOT"));
  passes("OFFSET_AHEAD_OF_SERVER", "WAL is ahead", () => expectPassed(healthy, "OFFSET_AHEAD_OF_SERVER"));
  passes("PREFIX_SHARED", "one connector", () => expectPassed(healthy, "PREFIX_SHARED"));
  passes("SLOT_SHARED", "one connector", () => expectPassed(healthy, "SLOT_SHARED"));
  passes("SLOT_WITHOUT_CONNECTOR", "one slot", () => expectPassed(healthy, "SLOT_WITHOUT_CONNECTOR"));
  passes("TOPICS_NOT_CREATED", "by themselves", () => expectPassed(healthy, "TOPICS_NOT_CREATED"));
  passes("REPLICATION_FACTOR_IMPOSSIBLE", "one copy", () =>
    expectPassed(healthy, "REPLICATION_FACTOR_IMPOSSIBLE"),
  );
  passes("MIN_INSYNC_IMPOSSIBLE", "one copy is enough", () => expectPassed(healthy, "MIN_INSYNC_IMPOSSIBLE"));
  passes("TOPIC_NOT_REPLICATED", "one broker", () => expectPassed(healthy, "TOPIC_NOT_REPLICATED"));
  passes("MESSAGE_SIZE_MISMATCH", "the defaults fit", () => expectPassed(healthy, "MESSAGE_SIZE_MISMATCH"));
  passes("ROW_LARGER_THAN_BROKER_LIMIT", "small rows", () =>
    expectPassed(healthy, "ROW_LARGER_THAN_BROKER_LIMIT"),
  );
  passes("TOPIC_COMPACTED_WITHOUT_KEY", "not compacted", () =>
    expectPassed(healthy, "TOPIC_COMPACTED_WITHOUT_KEY"),
  );
  passes("TOPIC_NAMES_COLLIDE", "plain names", () => expectPassed(healthy, "TOPIC_NAMES_COLLIDE"));
  passes("TOPIC_NAME_TOO_LONG", "short names", () => expectPassed(healthy, "TOPIC_NAME_TOO_LONG"));
  passes("TOPIC_NAME_CHANGED", "plain names", () => expectPassed(healthy, "TOPIC_NAME_CHANGED"));

  trips("TOPIC_RETENTION", "a week, which is Kafka's default, is told", () => {
    expectTripped(healthy, "TOPIC_RETENTION", {
      severity: "info",
      seen: expect.stringMatching(/^events are deleted after 7 days or more: debezium\.mykart\./) as string,
    });
  });
});

/** Tables whose names, rows and topics are trouble. */
const ODD_SCHEMA = `
CREATE TABLE "a b" (id int PRIMARY KEY);
CREATE TABLE a_b (id int PRIMARY KEY);
CREATE TABLE late (id int PRIMARY KEY);
CREATE TABLE nokey (v int);
ALTER TABLE nokey REPLICA IDENTITY FULL;
CREATE TABLE big (id int PRIMARY KEY, v text);
ALTER TABLE big ALTER v SET STORAGE EXTERNAL;
INSERT INTO big SELECT n, repeat('x', 3000000) FROM generate_series(1, 3) n;
ANALYZE;
`;

describe("a database that is prepared", () => {
  let odd: Diagnosis;

  beforeAll(async () => {
    await writeFile(join(workspace.folder, "odd.sql"), ODD_SCHEMA);
    const prepared = await workspace.run("prepare", "odd", "--schema", "odd.sql");
    expect(prepared.exitCode, prepared.stderr).toBe(0);
    const topic = (name: string, configEntries: Readonly<Record<string, string>>) => ({
      topic: name,
      numPartitions: 1,
      replicationFactor: 1,
      configEntries: Object.entries({ "retention.ms": "-1", ...configEntries }).map(([key, value]) => ({
        name: key,
        value,
      })),
    });
    await createTopics(kafka, [
      topic("debezium.odd.public.nokey", { "cleanup.policy": "compact" }),
      topic("debezium.odd.public.a_b", { "min.insync.replicas": "2" }),
      topic("debezium.odd.public.big", { "max.message.bytes": "1000" }),
      topic("debezium.odd.public_late", {}),
    ]);
    // The leader answers for a new topic a moment after it was made.
    odd = await awaitTripped("TOPIC_COMPACTED_WITHOUT_KEY", "odd");
  });

  trips("CONNECTOR_MISSING", "is told how to be registered", () => {
    expectTripped(odd, "CONNECTOR_MISSING", {
      severity: "info",
      fix: { kind: "command", command: "cdc-pipeline register odd" },
    });
  });

  trips("MIN_INSYNC_IMPOSSIBLE", "one copy where two are needed", () => {
    expectTripped(odd, "MIN_INSYNC_IMPOSSIBLE", {
      severity: "error",
      object: "debezium.odd.public.a_b",
      seen: "min.insync.replicas is 2, there is 1 copy",
    });
  });

  trips("TOPIC_COMPACTED_WITHOUT_KEY", "a compacted topic of a table without a key", () => {
    expectTripped(odd, "TOPIC_COMPACTED_WITHOUT_KEY", {
      severity: "error",
      object: "debezium.odd.public.nokey",
    });
  });

  trips("MESSAGE_SIZE_MISMATCH", "a topic with a smaller limit of its own", () => {
    expectTripped(odd, "MESSAGE_SIZE_MISMATCH", {
      severity: "warning",
      object: "debezium.odd.public.big",
      seen: "max.message.bytes is 1000, the producer's max.request.size 1048576",
    });
  });

  trips("ROW_LARGER_THAN_BROKER_LIMIT", "rows of about 3 MB", () => {
    expectTripped(odd, "ROW_LARGER_THAN_BROKER_LIMIT", {
      severity: "warning",
      object: "public.big",
      seen: expect.stringMatching(/^about \d\.\d MiB a row .* at most 1000 B a message$/) as string,
    });
  });

  trips("TOPIC_NAMES_COLLIDE", "two tables with one topic, and one whose topic Kafka refuses", () => {
    expect(findingsOf(odd, "TOPIC_NAMES_COLLIDE").map((finding) => finding.seen)).toEqual([
      expect.stringMatching(
        /^public\.(a_b|"a b"), public\.(a_b|"a b") all have the topic debezium\.odd\.public\.a_b$/,
      ),
      "the topic debezium.odd.public.late cannot be made: there is debezium.odd.public_late",
    ]);
  });

  trips("TOPIC_NAME_CHANGED", "a space in a name", () => {
    expectTripped(odd, "TOPIC_NAME_CHANGED", {
      severity: "info",
      object: 'public."a b"',
      seen: "its topic is debezium.odd.public.a_b",
    });
  });

  passes("TOPIC_RETENTION", "topics that keep everything", () => expectPassed(odd, "TOPIC_RETENTION"));
});

describe("a connector that somebody else configured, and that does not run", () => {
  let odd: Diagnosis;
  let later: Diagnosis;

  /** Debezium's own defaults wherever `register` would say something. */
  const bare = async (changes: Readonly<Record<string, string>>): Promise<ConnectorConfig> => {
    const { "connector.class": kind = "", "database.port": port = "" } = await connectorConfig(source, "odd");
    return {
      "connector.class": kind,
      "database.hostname": "127.0.0.1",
      "database.port": port,
      "database.user": source.role,
      "database.password": source.password,
      ...changes,
    };
  };

  beforeAll(async () => {
    const config = await bare({
      "database.dbname": "mykart",
      "slot.name": SLOT,
      "topic.prefix": "debezium.mykart",
      "slot.drop.on.stop": "true",
      "snapshot.mode": "no_data",
      "publication.autocreate.mode": "filtered",
      "table.include.list": "public\\.big,public\\.a.b",
      "topic.creation.default.replication.factor": "3",
      "topic.creation.default.partitions": "1",
      "producer.override.max.request.size": "2097152",
    });
    await send("POST", "", { name: "odd-connector", config, initial_state: "STOPPED" });
    odd = await awaitTripped("CONNECTOR_PAUSED", "odd");
    const next = await bare({
      "database.dbname": "odd",
      "plugin.name": "pgoutput",
      "slot.name": "debezium_odd_slot",
      "topic.prefix": "p".repeat(245),
      "snapshot.mode": "initial_only",
      "heartbeat.interval.ms": "1000",
      "offset.mismatch.strategy": "trust_slot",
    });
    await send("PUT", "/odd-connector/config", next);
    later = await awaitTripped("TOPIC_NAME_TOO_LONG", "odd");
    await send("DELETE", "/odd-connector");
    await awaitTripped("CONNECTOR_MISSING", "odd");
  });

  const adopt = { fix: { kind: "command", command: "cdc-pipeline register odd --adopt" } };

  trips("CONNECTOR_PAUSED", "stopped", () => {
    const command = "cdc-pipeline connectors resume odd-connector";
    expectTripped(odd, "CONNECTOR_PAUSED", { severity: "error", seen: "STOPPED", fix: { command } });
  });
  trips("CONNECTOR_NOT_OURS", "without our mark", () => {
    expectTripped(odd, "CONNECTOR_NOT_OURS", { severity: "info", object: "odd-connector", ...adopt });
  });
  trips("CONNECTOR_OTHER_DATABASE", "of mykart", () => {
    expectTripped(odd, "CONNECTOR_OTHER_DATABASE", { severity: "error", seen: "it reads mykart", ...adopt });
  });
  trips("CONNECTOR_OTHER_SLOT", "on mykart's slot", () => {
    const seen = `slot.name is ${SLOT}, not debezium_odd_slot`;
    expectTripped(odd, "CONNECTOR_OTHER_SLOT", { severity: "warning", seen });
  });
  trips("CONNECTOR_OTHER_PUBLICATION", "with Debezium's default", () => {
    const seen = "publication.name is dbz_publication, not debezium_publication";
    expectTripped(odd, "CONNECTOR_OTHER_PUBLICATION", { severity: "warning", seen });
  });
  trips("CONNECTOR_PLUGIN_NAME", "with Debezium's default", () => {
    const seen = "plugin.name is decoderbufs, the default";
    expectTripped(odd, "CONNECTOR_PLUGIN_NAME", { severity: "error", seen });
  });
  trips("CONNECTOR_SLOT_DROPPED_ON_STOP", "which loses what comes later", () => {
    expectTripped(odd, "CONNECTOR_SLOT_DROPPED_ON_STOP", { severity: "error" });
  });
  trips("CONNECTOR_SNAPSHOT_MODE", "without the rows that are there", () => {
    expectTripped(odd, "CONNECTOR_SNAPSHOT_MODE", { severity: "warning", seen: "snapshot.mode is no_data" });
  });
  trips("CONNECTOR_SNAPSHOT_MODE", "with nothing but the rows that are there", () => {
    expectTripped(later, "CONNECTOR_SNAPSHOT_MODE", {
      severity: "error",
      seen: "snapshot.mode is initial_only",
    });
  });
  trips("CONNECTOR_AUTOCREATE", "that wants tables of its own in a publication for all", () => {
    expectTripped(odd, "CONNECTOR_AUTOCREATE", {
      severity: "error",
      seen: "publication.autocreate.mode is filtered, and the publication is for all tables",
    });
  });
  passes("CONNECTOR_AUTOCREATE", "that would make the publication, which is there", () =>
    expectPassed(later, "CONNECTOR_AUTOCREATE"),
  );
  trips("CONNECTOR_HEARTBEAT_OFF", "without any", () => {
    expectTripped(odd, "CONNECTOR_HEARTBEAT_OFF", {
      severity: "warning",
      seen: "heartbeat.interval.ms is 0",
    });
  });
  trips("CONNECTOR_HEARTBEAT_OFF", "without a query, which reaches no WAL", () => {
    const seen = "every 1000 ms, but without heartbeat.action.query";
    expectTripped(later, "CONNECTOR_HEARTBEAT_OFF", { severity: "warning", seen });
  });
  trips("CONNECTOR_OFFSET_STRATEGY", "that follows its slot", () => {
    const seen = "offset.mismatch.strategy is trust_slot";
    expectTripped(later, "CONNECTOR_OFFSET_STRATEGY", { severity: "warning", seen });
  });
  trips("CONNECTOR_FILTERS", "with an include list, read as Debezium reads it", () => {
    expectTripped(odd, "CONNECTOR_FILTERS", {
      severity: "info",
      seen: "3 of 6 published tables are left out: cdc_pipeline.probe, public.late, public.nokey",
    });
  });
  trips("PREFIX_SHARED", "with mykart's prefix", () => {
    expectTripped(odd, "PREFIX_SHARED", { severity: "warning", object: "debezium.mykart" });
  });
  trips("SLOT_SHARED", "with mykart's slot", () => {
    const finding = expectTripped(odd, "SLOT_SHARED", { severity: "error", object: SLOT });
    expect(finding.seen).toContain("odd-connector");
    expect(finding.seen).toContain(CONNECTOR);
  });
  passes("PREFIX_SHARED", "with one of its own", () => expectPassed(later, "PREFIX_SHARED"));
  trips("REPLICATION_FACTOR_IMPOSSIBLE", "three copies on one broker", () => {
    expectTripped(odd, "REPLICATION_FACTOR_IMPOSSIBLE", {
      severity: "error",
      object: "odd-connector",
      seen: "topic.creation.default.replication.factor is 3, there is 1 broker",
    });
  });
  trips("TOPIC_NAME_TOO_LONG", "with a long prefix, cut for every table", () => {
    const found = findingsOf(later, "TOPIC_NAME_TOO_LONG");
    expect(found).toHaveLength(6);
    expect(found[0]).toMatchObject({ severity: "warning" });
  });
});

describe("a connector that stands still", () => {
  trips("CONNECTOR_PAUSED", "is resumed by the command that is printed", async () => {
    await send("PUT", `/${CONNECTOR}/pause`);
    const diagnosis = await awaitTripped("CONNECTOR_PAUSED", "mykart");
    const finding = expectTripped(diagnosis, "CONNECTOR_PAUSED", { seen: "PAUSED" });
    await apply(finding);
    await awaitPassed("CONNECTOR_PAUSED");
  });

  trips(
    "CONNECTOR_FAILED",
    "is told by its root cause, and healed by the command that is printed",
    async () => {
      const rename = (from: string, to: string) =>
        query("mykart", `ALTER PUBLICATION ${from} RENAME TO ${to}`);
      await rename("debezium_publication", "hidden_publication");
      await send("POST", `/${CONNECTOR}/restart?includeTasks=true`);
      await expect
        .poll(async () => findingsOf(await look("mykart"), "CONNECTOR_FAILED"), WAIT)
        .toHaveLength(1);
      const finding = expectTripped(await look("mykart"), "CONNECTOR_FAILED", { severity: "error" });
      expect(finding.seen).toMatch(/^task 0 FAILED: .*[Pp]ublication/);
      expect(finding.seen).not.toContain("\n");
      await rename("hidden_publication", "debezium_publication");
      await apply(finding);
      await awaitPassed("CONNECTOR_FAILED");
    },
  );

  trips("CONNECTOR_RUNNING_SLOT_INACTIVE", "although it is RUNNING: its connection was cut", async () => {
    const cut = `SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = '${SLOT}'`;
    await awaitPassed("CONNECTOR_RUNNING_SLOT_INACTIVE");
    expect(await query("mydb", cut)).toEqual([true]);
    await expect
      .poll(async () => findingsOf(await look("mykart"), "CONNECTOR_RUNNING_SLOT_INACTIVE"), WAIT)
      .toEqual([
        expect.objectContaining({ severity: "error", seen: `RUNNING, but slot ${SLOT} is not active` }),
      ]);
    // It comes back by itself, or with the restart that is printed.
    await send("POST", `/${CONNECTOR}/restart?includeTasks=true`);
    await awaitPassed("CONNECTOR_RUNNING_SLOT_INACTIVE");
  });
});

describe("an offset that does not fit its slot", () => {
  trips(
    "OFFSET_BEHIND_SLOT",
    "where somebody advanced the slot: Debezium goes on without a word",
    async () => {
      const topic = "debezium.mykart.public.products";
      const endOf = async () => (await kafka.fetchTopicOffsets(topic))[0]?.high;
      const { host, port, adminUser: user } = source.endpoint;
      const blocker = new Client({ host, port, user, password: ADMIN_PASSWORD, database: "mykart" });
      await blocker.connect();
      try {
        // The slot's WAL begins where the oldest open transaction does: before an event that comes after it.
        await blocker.query("BEGIN");
        expect((await blocker.query("UPDATE customers SET email = email")).rowCount).toBeGreaterThan(0);
        expect((await workspace.run("verify", "mykart")).exitCode).toBe(0);
        await stop();
        expectPassed(await look("mykart"), "OFFSET_BEHIND_SLOT");
        const end = await endOf();
        await query("mykart", "UPDATE products SET price = price + 1 WHERE id <= 3");
        await query("mykart", `SELECT pg_replication_slot_advance('${SLOT}', pg_current_wal_lsn())`);
        expectTripped(await look("mykart"), "OFFSET_BEHIND_SLOT", {
          severity: "error",
          object: CONNECTOR,
          seen: expect.stringMatching(/ of WAL will be skipped$/) as string,
        });
        await send("PUT", `/${CONNECTOR}/resume`);
        await awaitPassed("CONNECTOR_PAUSED");
        await awaitPassed("CONNECTOR_WITHOUT_TASK");
        await awaitPassed("CONNECTOR_RUNNING_SLOT_INACTIVE");
        const running = await look("mykart");
        expectPassed(running, "CONNECTOR_FAILED");
        const finding = expectTripped(running, "OFFSET_BEHIND_SLOT", {
          severity: "error",
          seen: expect.stringMatching(/ of WAL were skipped$/) as string,
        });
        expect(await endOf()).toBe(end);
        await blocker.query("ROLLBACK");
        await apply(finding);
        await awaitPassed("OFFSET_BEHIND_SLOT");
        // The new snapshot brings every row, those that were skipped too.
        expect((await workspace.run("verify", "mykart")).exitCode).toBe(0);
        expect(Number(await endOf())).toBeGreaterThanOrEqual(Number(end) + 1000);
      } finally {
        await blocker.end();
      }
    },
  );

  trips("OFFSET_AHEAD_OF_SERVER", "as after a restore, and OFFSET_WITHOUT_SLOT after it", async () => {
    await stop();
    const lsn = 10 ** 12;
    await send("PATCH", `/${CONNECTOR}/offsets`, {
      offsets: [
        { partition: { server: "debezium.mykart" }, offset: { lsn, lsn_proc: lsn, lsn_commit: lsn } },
      ],
    });
    expectTripped(await look("mykart"), "OFFSET_AHEAD_OF_SERVER", {
      severity: "error",
      seen: expect.stringMatching(/^offset E8\/D4A51000, the server's WAL ends at 0\/[0-9A-F]+$/) as string,
    });
  });

  trips(
    "OFFSET_WITHOUT_SLOT",
    "where somebody dropped the slot, is healed by the printed requests",
    async () => {
      await query("mydb", `SELECT pg_drop_replication_slot('${SLOT}')`);
      const finding = expectTripped(await look("mykart"), "OFFSET_WITHOUT_SLOT", { severity: "error" });
      await apply(finding);
      await awaitPassed("OFFSET_WITHOUT_SLOT");
      await awaitPassed("OFFSET_AHEAD_OF_SERVER");
      expect((await workspace.run("verify", "mykart")).exitCode).toBe(0);
    },
  );
});

describe("a slot that was lost", () => {
  const setLimit = async (limit: string) => {
    await query("mydb", `ALTER SYSTEM SET max_slot_wal_keep_size = ${limit}`);
    await query("mydb", "SELECT pg_reload_conf()");
  };

  trips(
    "CONNECTOR_WITHOUT_TASK",
    "keeps the task from coming; the printed fixes, one by one, heal it",
    async () => {
      await stop();
      await setLimit("'1MB'");
      for (let segment = 0; segment < 3; segment += 1) {
        await query("mydb", "SELECT pg_logical_emit_message(false, 'fill', ''), pg_switch_wal()");
      }
      await query("mydb", "CHECKPOINT");
      await send("PUT", `/${CONNECTOR}/resume`);
      await awaitPassed("CONNECTOR_PAUSED");
      const stuck = await awaitTripped("CONNECTOR_WITHOUT_TASK", "mykart");
      expectTripped(stuck, "CONNECTOR_WITHOUT_TASK", { severity: "error", object: CONNECTOR });
      await setLimit("DEFAULT");
      await apply(expectTripped(stuck, "SLOT_LOST", { severity: "error" }));
      await apply(expectTripped(await look("mykart"), "OFFSET_WITHOUT_SLOT"));
      await awaitPassed("CONNECTOR_WITHOUT_TASK");
      expect((await workspace.run("verify", "mykart")).exitCode).toBe(0);
    },
  );
});

describe("what is left behind", () => {
  trips("SLOT_WITHOUT_CONNECTOR", "a slot with our name, dropped by the SQL that is printed", async () => {
    await query("odd", "SELECT pg_create_logical_replication_slot('debezium_gone_slot', 'pgoutput')");
    const finding = expectTripped(await look("mykart"), "SLOT_WITHOUT_CONNECTOR", {
      severity: "warning",
      object: "debezium_gone_slot",
      fix: { isSafe: false },
    });
    expect(sqlOf(finding)).toBe("SELECT pg_drop_replication_slot('debezium_gone_slot');");
    await apply(finding);
    expectPassed(await look("mykart"), "SLOT_WITHOUT_CONNECTOR");
  });

  trips("MESSAGE_SIZE_MISMATCH", "a broker whose limit was lowered while it runs", async () => {
    const setLimit = (configEntries: { name: string; value: string }[]) =>
      kafka.alterConfigs({
        validateOnly: false,
        resources: [{ type: kafkajs.ConfigResourceTypes.BROKER, name: "1", configEntries }],
      });
    await setLimit([{ name: "message.max.bytes", value: "500000" }]);
    await expect
      .poll(async () => findingsOf(await look("mykart"), "MESSAGE_SIZE_MISMATCH"), WAIT)
      .toEqual([
        expect.objectContaining({
          object: "message.max.bytes",
          seen: "message.max.bytes is 500000, the producer's max.request.size 1048576",
        }),
      ]);
    await setLimit([]);
    await awaitPassed("MESSAGE_SIZE_MISMATCH");
  });

  it("is nothing: the pipeline is as healthy as at first, and no password was told", async () => {
    const { findings } = await look("mykart");
    expect(findings.filter(({ severity }) => severity === "error" || severity === "warning")).toEqual([]);
    const told = inspect(seen, { depth: 20, maxArrayLength: null, maxStringLength: null });
    expect(told).not.toContain(ADMIN_PASSWORD);
    expect(told).not.toContain(DEBEZIUM_PASSWORD);
  });
});

import { fileURLToPath } from "node:url";

import kafkajs from "kafkajs";

import { startFakeWorker } from "../fake-worker.mjs";
import { versionOf } from "../machine.mjs";
import { measure } from "../measure.mjs";
import { createProgram, findLocalPorts } from "../program.mjs";
import { query } from "../query.mjs";
import { row } from "../report.mjs";
import { runPair } from "../statistics.mjs";

const DATABASES = Array.from({ length: 100 }, (_, index) => `shop_${index}`);
const TABLES = 5;
const TOPICS_AT_ONCE = 100;
const FLOOR = fileURLToPath(new URL("../status-floor.sh", import.meta.url));

/** `status` of 100 databases: their slots and topics are real, and a worker that has all of their connectors RUNNING. */
export async function measureSection({ root, runs, tell, takeDown }) {
  if (versionOf("curl") === undefined || versionOf("psql") === undefined) {
    tell("status is left out: it is measured beside curl and psql");
    return { rows: [] };
  }
  const ports = findLocalPorts();
  const program = await createProgram(root, ports);
  const worker = await startFakeWorker();
  const env = {
    CDC_PIPELINE_CONNECT_URL: worker.url,
    CDC_PIPELINE_POSTGRES_PORT: String(ports.postgres),
    CDC_PIPELINE_KAFKA_BROKERS: `127.0.0.1:${ports.kafka}`,
  };
  try {
    tell(`deploy, ${DATABASES.length} slots and ${DATABASES.length * (TABLES + 1)} topics`);
    await program.run(["deploy", "--json"]);
    for (const name of DATABASES) worker.configs.set(`${name}-connector`, connectorOf(name));
    const connection = { host: "127.0.0.1", port: ports.postgres, user: "admin", password: "password123" };
    const slots = DATABASES.map(
      (name) => `SELECT pg_create_logical_replication_slot('debezium_${name}_slot', 'pgoutput')`,
    );
    await query({ ...connection, database: "mydb" }, ...slots);
    await fillTopics(env.CDC_PIPELINE_KAFKA_BROKERS);
    const taken = { own: [], beside: [] };
    for (let run = 0; run < runs; run += 1) {
      tell(`status of ${DATABASES.length} databases, run ${run + 1} of ${runs}`);
      await runPair(
        run,
        async () => {
          const { ms, stdout } = await program.run(["status", "--target", "external", "--json"], { env });
          checkComplete(JSON.parse(stdout));
          taken.own.push(ms);
        },
        async () => taken.beside.push((await measure(FLOOR, [worker.url, String(ports.postgres)])).ms),
      );
    }
    return {
      rows: [
        row(`status of ${DATABASES.length} databases`, taken.own, {
          besideName: "curl and psql, without Kafka",
          besideMs: taken.beside,
          ratio: "own/beside",
          goal: "under 1 s",
          isMet: ({ times }) => times.median < 1000,
        }),
      ],
      data: { status: taken },
    };
  } finally {
    await worker.stop();
    await takeDown(() => program.down());
  }
}

async function fillTopics(broker) {
  const kafka = new kafkajs.Kafka({ brokers: [broker], logLevel: kafkajs.logLevel.NOTHING });
  const topics = DATABASES.flatMap((name) => [
    `__debezium-heartbeat.debezium.${name}`,
    ...Array.from({ length: TABLES }, (_, table) => `debezium.${name}.public.table_${table}`),
  ]);
  const admin = kafka.admin();
  const producer = kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
  await Promise.all([admin.connect(), producer.connect()]);
  try {
    for (let start = 0; start < topics.length; start += TOPICS_AT_ONCE) {
      const some = topics.slice(start, start + TOPICS_AT_ONCE);
      await admin.createTopics({ topics: some.map((topic) => ({ topic, numPartitions: 1 })) });
      await producer.sendBatch({
        topicMessages: some.map((topic) => ({ topic, messages: [{ value: "{}" }] })),
      });
    }
  } finally {
    await Promise.all([admin.disconnect(), producer.disconnect()]);
  }
}

/** Whatever was measured did the work: else its time says nothing. */
function checkComplete({ databases, slots, unknown }) {
  const complete = databases.filter(
    ({ lag, lastEvent, events, lastHeartbeatAt }) =>
      lag.bytes !== null && lastEvent !== null && events === TABLES && lastHeartbeatAt !== null,
  );
  if (complete.length !== DATABASES.length || slots.length < DATABASES.length) {
    throw new Error(
      `status knows ${complete.length} databases and ${slots.length} slots: ${JSON.stringify(unknown)}`,
    );
  }
}

const connectorOf = (name) => ({
  "connector.class": "io.debezium.connector.postgresql.PostgresConnector",
  "tasks.max": "1",
  "database.dbname": name,
  "slot.name": `debezium_${name}_slot`,
  "topic.prefix": `debezium.${name}`,
  "cdc.pipeline.managed": "true",
  name: `${name}-connector`,
});

// reconcile-side.mjs WHAT, with its JSON in BENCH_RECONCILE: one side of a comparison in the section `reconcile`.
//
//   bare    kafkajs reads the topic and does not look at it
//   fold    the topic is drained into the engine
//   copy    the table is copied into the engine
//   whole   both, and then they are compared
import { Kafka, logLevel } from "kafkajs";

const { brokers, postgres, topic, events, table, folder } = JSON.parse(process.env.BENCH_RECONCILE);
const load = (module) => import(new URL(`../dist/${module}.js`, import.meta.url).href);
const what = process.argv[2];
const signal = new AbortController().signal;

if (what === "bare") await readBare();
else await withEngine();
console.log(`peak ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`);

async function readBare() {
  const kafka = new Kafka({ brokers, logLevel: logLevel.NOTHING });
  const size = { maxBytesPerPartition: 4 * 2 ** 20, maxBytes: 8 * 2 ** 20 };
  const consumer = kafka.consumer({ groupId: `bench-${process.pid}`, maxWaitTimeInMs: 500, ...size });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  let count = 0;
  await new Promise((resolve, reject) => {
    const eachBatch = async ({ batch }) => {
      count += batch.messages.length;
      if (count >= events) resolve();
    };
    consumer.run({ autoCommit: false, eachBatch }).catch(reject);
  });
  await consumer.disconnect();
}

async function withEngine() {
  const { createEngine } = await load("reconcile/engine/create-engine");
  const modes = {
    timePrecision: "isostring",
    decimalHandling: "string",
    intervalHandling: "string",
    binaryHandling: "base64",
    hstoreHandling: "json",
    moneyFractionDigits: 2,
    unavailablePlaceholder: "__debezium_unavailable_value",
    includesUnknownTypes: false,
    decimalFormat: "base64",
  };
  const memory = { memoryBytes: 64 * 2 ** 20, folder, expected: events * 2 };
  const rest = { seed: [1, 2], sample: 1, database: "bench", maxNamed: 1, withTransactions: false };
  const engine = await createEngine({ tables: [table], modes, ...memory, ...rest });
  try {
    if (what !== "copy") await drain(engine);
    await engine.beginRows(0);
    if (what !== "fold") await copy(engine);
    if (what === "whole") await compare(engine);
  } finally {
    await engine.close();
  }
}

async function drain(engine) {
  const { drainTopics } = await load("clients/kafka/drain-topics");
  const { deadlineIn } = await load("wait/deadline");
  const span = { topic, partition: 0, table: 0, from: 0, to: events };
  const limits = { deadline: deadlineIn(600_000), signal };
  await drainTopics({ brokers }, [span], (chunk) => engine.addRecords(chunk), limits);
}

async function copy(engine) {
  const { copyRows } = await load("clients/copy-rows");
  const { withPostgres } = await load("clients/postgres");
  const names = table.columns.map(({ name }) => name).join(", ");
  await withPostgres(postgres, postgres.adminDatabase, (client) =>
    copyRows(client, `SELECT ${names} FROM ${table.name}`, (bytes) => engine.addRows(0, bytes), signal),
  );
  await engine.endRows(0);
}

async function compare(engine) {
  const visible = { running: [], nextAtSnapshot: 2 ** 31, nextAtEnd: 2 ** 31, takenAtMs: Date.now() };
  const { tables } = await engine.compare({ ...visible, certainReadsBefore: [], cutOff: [] });
  const [{ lost, extra, different }] = tables;
  if (lost + extra + different > 0) throw new Error(JSON.stringify(tables));
}

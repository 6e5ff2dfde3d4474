import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { Kafka, logLevel } from "kafkajs";

import { ADMIN } from "../capture.mjs";
import { measure } from "../measure.mjs";
import { createProgram, findLocalPorts } from "../program.mjs";
import { row } from "../report.mjs";
import { runPair } from "../statistics.mjs";

const EVENTS = Number(process.env.BENCH_RECONCILE_EVENTS ?? 3_000_000);
const TABLE = "bench_orders";
const SIDE = fileURLToPath(new URL("../reconcile-side.mjs", import.meta.url));
const BATCH = 500;

/** Reading a topic and a table for a comparison beside reading them and looking at nothing. */
export async function measureSection({ root, runs, tell, takeDown }) {
  const ports = findLocalPorts();
  const program = await createProgram(root, ports);
  tell("starting servers");
  try {
    await program.up();
    return await measureReading({ ports, root, runs, tell });
  } finally {
    await takeDown(() => program.down());
  }
}

/** The same on servers that run already. */
export async function measureReading({ ports, root, runs, tell }) {
  const brokers = [`127.0.0.1:${ports.kafka}`];
  const topic = `bench.orders.${process.pid}`;
  const database = "mydb";
  const admin = { adminUser: ADMIN.user, adminPassword: ADMIN.password, adminDatabase: database };
  const postgres = { host: "127.0.0.1", port: ports.postgres, ...admin };
  const psql = (sql) =>
    measure("psql", ["-X", "-q", "-d", database, "-c", sql, "-o", "/dev/null"], {
      env: {
        ...process.env,
        PGHOST: postgres.host,
        PGPORT: String(ports.postgres),
        PGUSER: ADMIN.user,
        PGPASSWORD: ADMIN.password,
      },
    });
  const facts = {
    brokers,
    postgres,
    topic,
    events: EVENTS,
    table: describeTable(),
    folder: join(root, "engine"),
  };
  const env = { ...process.env, BENCH_RECONCILE: JSON.stringify(facts) };
  const side = (what) => measure(process.execPath, [SIDE, what], { env });
  tell(`making ${EVENTS} events and rows`);
  const kafka = new Kafka({ brokers, logLevel: logLevel.NOTHING });
  try {
    await psql(CREATE_TABLE);
    await fillTopic(kafka, topic);
    const taken = { bare: [], fold: [], psql: [], copy: [], whole: [] };
    for (let run = 1; run <= runs; run++) {
      tell(`run ${run} of ${runs}`);
      const time = (name, work) => async () => taken[name].push((await work()).ms);
      await runPair(
        run,
        time("fold", () => side("fold")),
        time("bare", () => side("bare")),
      );
      const toNothing = () => psql(`COPY ${TABLE} TO STDOUT`);
      await runPair(
        run,
        time("copy", () => side("copy")),
        time("psql", toNothing),
      );
      await time("whole", async () => {
        const done = await side("whole");
        tell(done.stdout);
        return done;
      })();
    }
    return { rows: rowsOf(taken), data: { reconcileEvents: EVENTS } };
  } finally {
    await psql(`DROP TABLE IF EXISTS ${TABLE}`);
    const kafkaAdmin = kafka.admin();
    await kafkaAdmin.connect();
    await kafkaAdmin.deleteTopics({ topics: [topic] }).catch(() => undefined);
    await kafkaAdmin.disconnect();
  }
}

function rowsOf({ fold, bare, copy, psql, whole }) {
  const atLeast = (share) => ({
    ratio: "beside/own",
    goal: `at least ${share} of its rate`,
    isMet: ({ ratios }) => ratios.median >= share,
  });
  return [
    row("events folded", fold, { besideName: "bare kafkajs", besideMs: bare, ...atLeast(0.8) }),
    row("rows copied and hashed", copy, { besideName: "psql COPY", besideMs: psql, ...atLeast(0.7) }),
    row("events, rows, comparison", whole),
  ];
}

const CREATE_TABLE = `CREATE TABLE ${TABLE} AS SELECT i AS id, i % 1000 AS customer_id, 'delivered'::text AS status,
  ((i % 9999) / 100.0 + 1)::numeric(10,2) AS total, '2026-01-01T11:59:00Z'::timestamptz AS placed_at
  FROM generate_series(0, ${EVENTS - 1}) AS i`;

function describeTable() {
  const column = (name, type, canBeToasted = false) => ({
    name,
    field: name,
    type: { schema: "pg_catalog", name: type, kind: "b", category: "U", isArray: false, modifier: -1 },
    isNullable: true,
    canBeToasted,
    isGenerated: false,
  });
  const columns = [
    column("id", "int4"),
    column("customer_id", "int4"),
    column("status", "text", true),
    column("total", "numeric", true),
    column("placed_at", "timestamptz"),
  ];
  return { schema: "public", name: TABLE, columns, key: ["id"], isCompacted: false, hasTombstones: true };
}

async function fillTopic(kafka, topic) {
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ waitForLeaders: true, topics: [{ topic, numPartitions: 1 }] });
  await admin.disconnect();
  const producer = kafka.producer();
  await producer.connect();
  for (let first = 0; first < EVENTS; first += BATCH) {
    const ids = Array.from({ length: Math.min(BATCH, EVENTS - first) }, (_, index) => first + index);
    const messages = ids.map((id) => ({ key: `{"id":${id}}`, value: renderEvent(id) }));
    await producer.send({ topic, acks: 1, messages });
  }
  await producer.disconnect();
}

/** As Debezium writes them. */
function renderEvent(id) {
  const ms = 1_796_036_387_065;
  const lsn = 1_000_000_000 + id * 100;
  const times = `"ts_us":${ms}118,"ts_ns":${ms}118000`;
  const after = `{"id":${id},"customer_id":${id % 1000},"status":"delivered","total":"${((id % 9999) / 100 + 1).toFixed(2)}","placed_at":"2026-01-01T11:59:00.000000Z"}`;
  const source = `{"version":"3.7.0.Final","connector":"postgresql","name":"bench","ts_ms":${ms},"snapshot":"false","db":"bench","sequence":"[\\"${lsn - 100}\\",\\"${lsn}\\"]",${times},"schema":"public","table":"${TABLE}","txId":${id + 1000},"lsn":${lsn},"xmin":null,"origin":null,"origin_lsn":null}`;
  return `{"before":null,"after":${after},"source":${source},"transaction":null,"op":"c","ts_ms":${ms},${times}}`;
}

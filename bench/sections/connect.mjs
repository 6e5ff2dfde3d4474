import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { startFakeWorker } from "../fake-worker.mjs";
import { versionOf } from "../machine.mjs";
import { measure } from "../measure.mjs";
import { noticeChanges } from "../notice-changes.mjs";
import { createProgram, findLocalPorts } from "../program.mjs";
import { query as runStatements } from "../query.mjs";
import { row } from "../report.mjs";
import { runPair } from "../statistics.mjs";

const KNOWN = 100;
const LISTED = 600;
const DATABASES = Array.from({ length: 50 }, (_, index) => `shop_${index}`);
const CHANGES = 20;
const FLOOR = fileURLToPath(new URL("../connect-floor.sh", import.meta.url));
/** 50 connectors with their tasks in one worker. */
const SETTINGS = { CDC_PIPELINE_LOCAL_CONNECT_HEAP_MB: "1024" };

/** Many connectors: those that are as they should be, 50 real ones beside curl, changes of state, a long list. */
export async function measureSection({ root, runs, tell, takeDown }) {
  const ports = findLocalPorts();
  const program = await createProgram(root, ports, SETTINGS);
  const fake = await measureFake(program, root, runs, tell);
  if (versionOf("curl") === undefined) {
    tell("50 real connectors are left out: there is no curl");
    return fake;
  }
  try {
    const real = await measureReal(program, root, ports, runs, tell);
    return { rows: [...fake.rows, ...real.rows], data: { connect: { ...fake.data.connect, ...real.data } } };
  } finally {
    await takeDown(() => program.down());
  }
}

/** What costs nobody anything: a worker of which every answer is known beforehand. */
async function measureFake(program, root, runs, tell) {
  const worker = await startFakeWorker();
  const env = { CDC_PIPELINE_CONNECT_URL: worker.url, CDC_PIPELINE_POSTGRES_PORT: "1" };
  const folder = join(root, "known");
  try {
    await writeConnectors(folder, KNOWN, otherConnector);
    const register = ["register", "-f", folder, "--target", "external", "--json"];
    await program.run(register, { env });
    if (worker.configs.size !== KNOWN) throw new Error(`register -f made ${worker.configs.size} connectors`);
    const again = [];
    for (let run = 0; run < runs; run += 1) {
      tell(`register of ${KNOWN} that are as they should be, run ${run + 1} of ${runs}`);
      worker.takeRequests();
      again.push((await program.run(register, { env })).ms);
      checkOnlyRead(worker.takeRequests());
    }
    for (let index = worker.configs.size; index < LISTED; index += 1) {
      worker.configs.set(`more-${index}`, { ...otherConnector(`more-${index}`), name: `more-${index}` });
    }
    const list = [];
    for (let run = 0; run < runs; run += 1) {
      tell(`list of ${LISTED}, run ${run + 1} of ${runs}`);
      worker.takeRequests();
      const { ms, stdout } = await program.run(["connectors", "list", "--target", "external", "--json"], {
        env,
      });
      const { connectors } = JSON.parse(stdout);
      if (connectors.length !== LISTED) throw new Error(`connectors list shows ${connectors.length}`);
      checkOnlyRead(worker.takeRequests());
      list.push(ms);
    }
    const underOne = { goal: "under 1 s", isMet: ({ times }) => times.median < 1000 };
    return {
      rows: [
        row(`register -f ${KNOWN} connectors again`, again, underOne),
        row(`connectors list, ${LISTED}`, list, underOne),
      ],
      data: { connect: { again, list } },
    };
  } finally {
    await worker.stop();
  }
}

/** All connectors are read with one request, and nothing is written. */
function checkOnlyRead(requests) {
  const writes = requests.filter(({ method }) => method !== "GET");
  if (writes.length > 0)
    throw new Error(`${writes[0].method} ${writes[0].path} was sent: nothing was to be done`);
  const reads = requests.filter(({ path }) => path.startsWith("/connectors"));
  if (reads.length !== 1) throw new Error(`the connectors were read ${reads.length} times, not once`);
}

async function measureReal(program, root, ports, runs, tell) {
  tell(`deploy and prepare of ${DATABASES.length} databases`);
  const schema = join(root, "small.sql");
  await writeFile(schema, "CREATE TABLE orders (id bigint PRIMARY KEY, note text);\n");
  await program.run(["deploy", "--json"]);
  for (const name of DATABASES) await query(ports.postgres, "mydb", `CREATE DATABASE ${name}`);
  for (const name of DATABASES)
    await query(ports.postgres, name, "CREATE TABLE orders (id bigint PRIMARY KEY)");
  await program.run(["prepare", ...DATABASES, "--json"]);
  const url = `http://127.0.0.1:${ports.connect}`;
  const pattern = await template(program, url);

  const taken = { own: [], curl: [], ownDelete: [], curlDelete: [] };
  const round = async (side, run) => {
    const folder = join(root, `${side}-${run}`);
    // Names that were never there: what a connector has stored goes by its name.
    await writeConnectors(
      folder,
      DATABASES.length,
      (name, index) => pattern(name, DATABASES[index]),
      `${side}-${run}`,
    );
    tell(`register and delete ${DATABASES.length}, run ${run + 1} of ${runs}: ${side}`);
    const sides = {
      own: [
        () => program.run(["register", "-f", folder, "--json"]),
        () => program.run(["connectors", "delete", "*", "--yes", "--json"]),
      ],
      curl: [() => measure(FLOOR, ["register", url, folder]), () => measure(FLOOR, ["delete", url, folder])],
    };
    const [register, remove] = sides[side];
    taken[side].push((await register()).ms);
    await checkRunning(url, DATABASES.length);
    taken[`${side}Delete`].push((await remove()).ms);
    await checkRunning(url, 0);
    await dropSlots(ports.postgres);
    await rm(folder, { recursive: true });
  };
  for (let run = 0; run < runs; run += 1) {
    await runPair(
      run,
      () => round("own", run),
      () => round("curl", run),
    );
  }

  tell(`${CHANGES} changes of state`);
  const folder = join(root, "followed");
  await writeConnectors(folder, 1, (name) => pattern(name, DATABASES[0]), "followed");
  await program.run(["register", "-f", folder, "--json"]);
  const noticed = await noticeChanges(url, "followed-000", CHANGES);
  const what = `${DATABASES.length} connectors`;
  return {
    rows: [
      row(`register -f ${what} until RUNNING`, taken.own, {
        besideName: "curl, one after another",
        besideMs: taken.curl,
        ratio: "own/beside",
        goal: "at most 1.1 times",
        isMet: ({ ratios }) => ratios.median <= 1.1,
      }),
      row(`delete ${what}`, taken.ownDelete, {
        besideName: "curl, one after another",
        besideMs: taken.curlDelete,
        ratio: "beside/own",
        goal: "3 times as fast",
        isMet: ({ ratios }) => ratios.median >= 3,
      }),
      row("a change of state, noticed after", noticed, {
        goal: "each within 250 ms",
        isMet: ({ times }) => times.max <= 250,
      }),
    ],
    data: { ...taken, noticed },
  };
}

/** The program's own connector of a database, under another name and of another database. */
async function template(program, url) {
  await program.run(["register", DATABASES[0], "--json"]);
  const answer = await fetch(`${url}/connectors/${DATABASES[0]}-connector/config`);
  const config = await answer.json();
  delete config["cdc.pipeline.managed"];
  await program.run(["connectors", "delete", "*", "--yes", "--json"]);
  return (name, database) => ({
    ...config,
    name,
    "database.dbname": database,
    "slot.name": `debezium_${database}_slot`,
    "topic.prefix": `debezium.${database}`,
  });
}

async function writeConnectors(folder, count, configOf, prefix = "known") {
  await mkdir(folder, { recursive: true });
  for (let index = 0; index < count; index += 1) {
    const name = `${prefix}-${String(index).padStart(3, "0")}`;
    await writeFile(join(folder, `${name}.json`), `${JSON.stringify({ name, ...configOf(name, index) })}\n`);
  }
}

/** Whatever was measured did the work: else its time says nothing. */
async function checkRunning(url, count) {
  const answer = await fetch(`${url}/connectors?expand=status`);
  const statuses = Object.values(await answer.json()).map(({ status }) => status);
  const running = statuses.filter(
    ({ connector, tasks }) =>
      [connector, ...tasks].every(({ state }) => state === "RUNNING") && tasks.length === 1,
  );
  if (statuses.length !== count || running.length !== count) {
    throw new Error(`${running.length} of ${statuses.length} connectors are RUNNING, and not ${count}`);
  }
}

/** Those that nobody reads any more: the next connectors begin anew. */
async function dropSlots(port) {
  for (;;) {
    const [{ left }] = await query(port, "mydb", DROP_SLOTS, COUNT_SLOTS);
    if (left === 0) return;
  }
}

const DROP_SLOTS = "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE NOT active";
const COUNT_SLOTS = "SELECT count(*)::int AS left FROM pg_replication_slots";

const query = (port, database, ...statements) =>
  runStatements({ host: "127.0.0.1", port, user: "admin", password: "password123", database }, ...statements);

/** One that nobody runs. */
const otherConnector = (name) => ({
  "connector.class": "io.debezium.connector.postgresql.PostgresConnector",
  "tasks.max": "1",
  "database.hostname": "postgres",
  "database.dbname": name,
  "database.password": "not-a-secret",
  "slot.name": name.replaceAll("-", "_"),
  "topic.prefix": name,
});

// npm run bench [-- --only SECTION,…] [-- --runs N] [-- --skip-first] [-- --output FILE]: measures the program
// beside what does the same work without it. It fails where a command fails, never because something is slow.
//
//   up       the four stages beside a plain script (floor.sh), and beside Kafka's own JVM flags
//   compose  the same in containers, beside `docker compose up --wait` and a plain script (compose-floor.sh)
//   k8s      the same in a cluster, beside `kubectl apply -k`, `kubectl rollout status` and a plain script (k8s-floor.sh)
//   help     --help beside bare Node
//   prepare  100 databases beside psql with a script
//   doctor   a database with 1,000 tables
//   status   100 databases beside curl and psql
//   verify   what a probe of `verify` takes beside the event's own way to Kafka
//   connect  many connectors: 100 as they should be, 50 real ones beside curl, a list of 600, changes of state
//   reconcile  a topic folded beside bare kafkajs, a table copied and hashed beside psql
import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { describeMachine } from "./machine.mjs";
import { interrupt, measure } from "./measure.mjs";
import { CLI } from "./program.mjs";
import { renderTable } from "./report.mjs";

const SECTIONS = [
  "up",
  "compose",
  "k8s",
  "help",
  "prepare",
  "doctor",
  "status",
  "verify",
  "connect",
  "reconcile",
];
const file = (path) => fileURLToPath(new URL(path, import.meta.url));

const { values: options } = parseArgs({
  options: {
    only: { type: "string", default: SECTIONS.join(",") },
    runs: { type: "string", default: "3" },
    "skip-first": { type: "boolean", default: false },
    output: { type: "string", default: file("results/latest.json") },
  },
});
const runs = Number(options.runs);
if (!Number.isInteger(runs) || runs < 1)
  throw new Error(`--runs ${options.runs}: expected a whole number above 0`);
const chosen = options.only.split(",");
const unknown = chosen.filter((name) => !SECTIONS.includes(name));
if (unknown.length > 0) throw new Error(`--only ${unknown.join()}: expected some of ${SECTIONS.join()}`);
if (!existsSync(CLI)) await measure(process.execPath, [file("../scripts/build.mjs")]);
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, interrupt);

const machine = await describeMachine();
console.log(
  Object.entries(machine)
    .map(([name, value]) => `${name}: ${value ?? "none"}`)
    .join("\n"),
);

// A folder that the servers' user may enter, which mkdtemp's are not.
const root = await mkdtemp(join(tmpdir(), "cdc-pipeline-bench-"));
await chmod(root, 0o755);
const context = { root, runs, skipFirst: options["skip-first"], tell, takeDown };
let serversMayBeLeft = false;
try {
  const results = [];
  for (const name of SECTIONS.filter((section) => chosen.includes(section))) {
    const { measureSection } = await import(`./sections/${name}.mjs`);
    results.push(await measureSection(context));
  }
  const rows = results.flatMap((result) => result.rows);
  const texts = results.flatMap(({ text }) => text ?? []);
  console.log(`\n${[...(rows.length === 0 ? [] : [renderTable(rows)]), ...texts].join("\n\n")}`);
  const output = resolve(options.output);
  await mkdir(dirname(output), { recursive: true });
  const data = Object.assign({}, ...results.map((result) => result.data));
  const document = { at: new Date().toISOString(), runs, machine, rows, ...data };
  await writeFile(output, `${JSON.stringify(document, undefined, 2)}\n`);
  console.log(`\nwritten: ${output}`);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  if (!serversMayBeLeft) await rm(root, { recursive: true, force: true });
}

/** For the end of a section, so that what went wrong before is what is told. */
async function takeDown(work) {
  try {
    await work();
  } catch (error) {
    console.error(`${error.message}\nServers may be left; they were started from ${root}`);
    serversMayBeLeft = true;
    process.exitCode = 1;
  }
}

function tell(message) {
  console.error(`… ${message}`);
}

// npm run bench [-- --runs N] [-- --skip-first] [-- --output FILE]: measures the program beside a plain script
// that does the same work (floor.sh), beside Kafka's own JVM flags, and beside bare Node. It fails where a
// command fails, never because something is slow.
import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { createFloor } from "./floor.mjs";
import { describeMachine, versionOf } from "./machine.mjs";
import { interrupt, measure } from "./measure.mjs";
import { CLI, createProgram } from "./program.mjs";
import { renderParts, renderTable, row } from "./report.mjs";

const file = (path) => fileURLToPath(new URL(path, import.meta.url));
const HELP_PAIRS = 20;

const { values: options } = parseArgs({
  options: {
    runs: { type: "string", default: "3" },
    "skip-first": { type: "boolean", default: false },
    output: { type: "string", default: file("results/latest.json") },
  },
});
const runs = Number(options.runs);
if (!Number.isInteger(runs) || runs < 1)
  throw new Error(`--runs ${options.runs}: expected a whole number above 0`);
if (!existsSync(CLI)) await measure(process.execPath, [file("../scripts/build.mjs")]);

const { findServiceUser } = await import("../dist/targets/local/service-user.js");
const { findJava } = await import("../dist/targets/local/java.js");
const user = await findServiceUser();
const java = await findJava(undefined, user);
const portOf = (server, standard) => Number(process.env[`CDC_PIPELINE_LOCAL_${server}_PORT`] ?? standard);
const ports = {
  postgres: portOf("POSTGRES", 25_432),
  kafka: portOf("KAFKA", 29_092),
  connect: portOf("CONNECT", 28_083),
};

// A folder that the servers' user may enter, which mkdtemp's are not.
const root = await mkdtemp(join(tmpdir(), "cdc-pipeline-bench-"));
await chmod(root, 0o755);
const program = await createProgram(root, ports);
const floor = whyNoFloor() === undefined ? createFloor(root, program.cacheDir, ports, java, user) : undefined;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, interrupt);

const machine = describeMachine(java);
console.log(
  Object.entries(machine)
    .map(([name, value]) => `${name}: ${value ?? "none"}`)
    .join("\n"),
);
if (floor === undefined) console.log(`The floor is left out: ${whyNoFloor()}.`);
try {
  const rows = [];
  rows.push(...(await measureFirst()));
  const warm = await measureWarm();
  rows.push(...warm.rows, await measureHelp());
  console.log(`\n${renderTable(rows)}\n\n${renderParts(warm.ups, warm.floors)}`);
  const output = resolve(options.output);
  await mkdir(dirname(output), { recursive: true });
  const document = { at: new Date().toISOString(), runs, machine, rows, ups: warm.ups, floors: warm.floors };
  await writeFile(output, `${JSON.stringify(document, undefined, 2)}\n`);
  console.log(`\nwritten: ${output}`);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  await cleanUp();
}

async function cleanUp() {
  try {
    await program.down();
    await rm(root, { recursive: true, force: true });
  } catch (error) {
    console.error(`${error.message}\nServers may be left; they were started from ${root}/program`);
    process.exitCode = 1;
  }
}

/** Fills the cache as well: the classes that a first run loads are archived when its servers end. */
async function measureFirst() {
  tell("first run, empty caches: up");
  const own = await withEmptyRepository((env) => program.up(env));
  await program.down();
  if (floor === undefined || options["skip-first"]) {
    return options["skip-first"] ? [] : [row("up, empty caches", [own.ms])];
  }
  tell("first run, empty caches: floor");
  const beside = await withEmptyRepository((env) => floor.run({ fetch: true, env }));
  return [row("up, empty caches", [own.ms], { besideName: "floor", besideMs: [beside.ms] })];
}

async function measureWarm() {
  const ups = [];
  const floors = [];
  const stocks = [];
  const again = [];
  for (let run = 1; run <= runs; run++) {
    tell(`warm run ${run} of ${runs}`);
    ups.push(await program.up());
    again.push((await program.up()).ms);
    await program.down();
    if (floor !== undefined) floors.push(await floor.run());
    stocks.push((await program.up({ CDC_PIPELINE_LOCAL_JVM_FLAGS: "stock" })).ms);
    await program.down();
  }
  const own = ups.map(({ ms }) => ms);
  const besideFloor = {
    besideName: "floor",
    besideMs: floors.map(({ ms }) => ms),
    goal: "at most 1.15 times the floor",
    isMet: ({ ratios }) => ratios.median <= 1.15,
  };
  const besideStock = {
    besideName: "jvmFlags=stock",
    besideMs: stocks,
    ratio: "beside/own",
    goal: "twice as fast as stock",
    isMet: ({ ratios }) => ratios.median >= 2,
  };
  const underTwoSeconds = { goal: "under 2 s", isMet: ({ times }) => times.median < 2000 };
  const rows = [
    row("up, warm caches, no data", own, floor === undefined ? {} : besideFloor),
    row("up, warm caches, no data", own, besideStock),
    row("up, everything runs", again, underTwoSeconds),
  ];
  return { rows, ups, floors };
}

async function measureHelp() {
  tell("--help");
  const help = [];
  const bare = [];
  for (let pair = 0; pair < HELP_PAIRS; pair++) {
    help.push((await program.help()).ms);
    bare.push((await measure(process.execPath, ["-e", "0"])).ms);
  }
  return row("--help", help, {
    besideName: "node -e 0",
    besideMs: bare,
    goal: "at most 2.5 times bare Node",
    isMet: ({ ratios }) => ratios.median <= 2.5,
  });
}

/** Runs `work` with a Maven repository of its own; Maven goes by the system's home folder, not by HOME. */
async function withEmptyRepository(work) {
  const repository = await mkdtemp(join(root, "maven-"));
  try {
    if (options["skip-first"]) return await work({});
    const flags = [process.env.MAVEN_OPTS, `-Dmaven.repo.local=${repository}`].filter(Boolean).join(" ");
    return await work({ MAVEN_OPTS: flags });
  } finally {
    await rm(repository, { recursive: true, force: true });
  }
}

function whyNoFloor() {
  const needed = ["bash", "psql", "curl", ...(user === undefined ? [] : ["setpriv"])];
  const missing = needed.filter((name) => versionOf(name) === undefined);
  return missing.length === 0 ? undefined : `there is no ${missing.join(", no ")}`;
}

function tell(message) {
  console.error(`… ${message}`);
}

import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";

import { createFloor } from "../floor.mjs";
import { whyNot } from "../machine.mjs";
import { createProgram, findLocalPorts } from "../program.mjs";
import { renderParts, row } from "../report.mjs";

/** The whole pipeline: with empty caches, with warm ones, and where everything runs already. */
export async function measureSection({ root, runs, skipFirst, tell, takeDown }) {
  const { findServiceUser } = await import("../../dist/targets/local/service-user.js");
  const { findJava } = await import("../../dist/targets/local/java.js");
  const user = await findServiceUser();
  const java = await findJava(undefined, user);
  const ports = findLocalPorts();
  const program = await createProgram(root, ports);
  const why = whyNoFloor(user);
  if (why !== undefined) console.log(`The floor is left out: ${why}.`);
  const floor = why === undefined ? createFloor(root, program.cacheDir, ports, java, user) : undefined;
  const bench = { root, runs, skipFirst, tell, program, floor };
  try {
    const first = await measureFirst(bench);
    const { rows, ups, floors } = await measureWarm(bench);
    return { rows: [...first, ...rows], text: renderParts(ups, floors), data: { ups, floors } };
  } finally {
    await takeDown(() => program.down());
  }
}

/** Fills the cache as well: the classes that a first run loads are archived when its servers end. */
async function measureFirst({ root, skipFirst, tell, program, floor }) {
  tell("first run, empty caches: up");
  const own = await withEmptyRepository(root, skipFirst, (env) => program.up(env));
  await program.down();
  if (floor === undefined || skipFirst) {
    return skipFirst ? [] : [row("up, empty caches", [own.ms])];
  }
  tell("first run, empty caches: floor");
  const beside = await withEmptyRepository(root, skipFirst, (env) => floor.run({ fetch: true, env }));
  return [row("up, empty caches", [own.ms], { besideName: "floor", besideMs: [beside.ms] })];
}

async function measureWarm({ runs, tell, program, floor }) {
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

/** Runs `work` with a Maven repository of its own; Maven goes by the system's home folder, not by HOME. */
async function withEmptyRepository(root, skipFirst, work) {
  const repository = await mkdtemp(join(root, "maven-"));
  try {
    if (skipFirst) return await work({});
    const flags = [process.env.MAVEN_OPTS, `-Dmaven.repo.local=${repository}`].filter(Boolean).join(" ");
    return await work({ MAVEN_OPTS: flags });
  } finally {
    await rm(repository, { recursive: true, force: true });
  }
}

function whyNoFloor(user) {
  return whyNot(["bash", "psql", "curl", ...(user === undefined ? [] : ["setpriv"])]);
}

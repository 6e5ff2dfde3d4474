import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { captureVariables, renderCapture, runFloorScript } from "../capture.mjs";
import { whyNot } from "../machine.mjs";
import { createProgram, findLocalPorts } from "../program.mjs";
import { renderParts, row } from "../report.mjs";
import { runPair } from "../statistics.mjs";

const packageFile = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** The whole pipeline in containers, with images that are there, and where everything runs already. */
export async function measureSection({ root, runs, tell, takeDown }) {
  const why = whyNot(["bash", "psql", "curl"], ["docker", "compose", "version"], ["docker", "version"]);
  if (why !== undefined) {
    console.log(`The section compose is left out: ${why}.`);
    return { rows: [] };
  }
  const ports = findLocalPorts();
  const settings = composeSettings(ports);
  const program = await createProgram(join(root, "compose"), ports, settings);
  const ups = [];
  const floors = [];
  const again = [];
  const measureOwn = async () => {
    ups.push(await program.up());
    again.push((await program.up()).ms);
    await program.down();
  };
  const measureFloor = async () => {
    floors.push(await runFloor(join(root, "compose-floor"), ports, settings));
    await program.down();
  };
  try {
    for (let run = 1; run <= runs; run++) {
      tell(`compose, run ${run} of ${runs}`);
      await runPair(run, measureOwn, measureFloor);
    }
  } finally {
    await takeDown(() => program.down());
  }
  const floor = {
    besideName: "docker compose up --wait, script",
    besideMs: floors.map(({ ms }) => ms),
    goal: "at most 1.15 times the floor",
    isMet: ({ ratios }) => ratios.median <= 1.15,
  };
  const underTwoSeconds = { goal: "under 2 s", isMet: ({ times }) => times.median < 2000 };
  const rows = [
    row(
      "up --target compose, images there, no data",
      ups.map(({ ms }) => ms),
      floor,
    ),
    row("up --target compose, everything runs", again, underTwoSeconds),
  ];
  return { rows, text: renderParts(ups, floors), data: { composeUps: ups, composeFloors: floors } };
}

function composeSettings(ports) {
  return {
    CDC_PIPELINE_TARGET: "compose",
    CDC_PIPELINE_COMPOSE_PROJECT: `cdc-pipeline-bench-${process.pid}`,
    CDC_PIPELINE_COMPOSE_POSTGRES_PORT: String(ports.postgres),
    CDC_PIPELINE_COMPOSE_KAFKA_PORT: String(ports.kafka),
    CDC_PIPELINE_COMPOSE_CONNECT_PORT: String(ports.connect),
  };
}

async function runFloor(folder, ports, settings) {
  const files = await renderCapture({ host: "postgres", port: 5432 });
  const composeFile = { FLOOR_COMPOSE_FILE: packageFile("docker-compose.yml") };
  return runFloorScript("compose-floor.sh", folder, files, {
    ...settings,
    ...captureVariables(ports),
    ...composeFile,
  });
}

import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

import { captureVariables, renderCapture, runFloorScript } from "../capture.mjs";
import { whyNot } from "../machine.mjs";
import { createNamespace } from "../namespace.mjs";
import { createProgram, findLocalPorts } from "../program.mjs";
import { renderParts, row } from "../report.mjs";
import { runPair } from "../statistics.mjs";

const packageFile = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** The whole pipeline in a cluster whose node has the images, and where everything runs already. */
export async function measureSection({ root, runs, tell, takeDown }) {
  const why = whyNot(["bash", "psql", "curl"], ["kubectl", "get", "--raw", "/readyz"]);
  if (why !== undefined) {
    console.log(`The section k8s is left out: ${why}.`);
    return { rows: [] };
  }
  const ups = [];
  const floors = [];
  const again = [];
  const measureOwn = async (namespace) => {
    const program = await createProgram(join(root, "k8s"), findLocalPorts(), k8sSettings(namespace));
    ups.push(await program.up());
    again.push(await measureAgain(program, namespace));
  };
  const measureFloor = async (namespace) => {
    floors.push(await runFloor(join(root, "k8s-floor"), namespace));
  };
  const inNamespace = (work) => async () => {
    const namespace = await createNamespace();
    try {
      await work(namespace);
    } finally {
      await takeDown(() => namespace.remove());
    }
  };
  for (let run = 1; run <= runs; run++) {
    tell(`k8s, run ${run} of ${runs}`);
    await runPair(run, inNamespace(measureOwn), inNamespace(measureFloor));
  }
  const floor = {
    besideName: "kubectl apply and wait, script",
    besideMs: floors.map(({ ms }) => ms),
    goal: "at most 1.15 times the floor",
    isMet: ({ ratios }) => ratios.median <= 1.15,
  };
  const underThreeSeconds = {
    goal: "under 3 s, nothing written",
    isMet: ({ times }) => times.median < 3000 && again.every(({ written }) => written.length === 0),
  };
  const rows = [
    row(
      "up --target k8s --with-kafka, images there, no data",
      ups.map(({ ms }) => ms),
      floor,
    ),
    row(
      "up --target k8s, everything runs",
      again.map(({ ms }) => ms),
      underThreeSeconds,
    ),
  ];
  return {
    rows,
    text: renderParts(ups, floors),
    data: { k8sUps: ups, k8sFloors: floors, k8sAgain: again },
  };
}

function k8sSettings(namespace) {
  return {
    CDC_PIPELINE_TARGET: "k8s",
    CDC_PIPELINE_K8S_NAMESPACE: namespace.name,
    CDC_PIPELINE_K8S_WITH_KAFKA: "true",
  };
}

/** @returns its time and the objects that it wrote to, which should be none */
async function measureAgain(program, namespace) {
  const before = (await namespace.versions()).split("\n");
  const { ms, stages } = await program.up();
  const after = (await namespace.versions()).split("\n");
  return { ms, stages, written: after.filter((line) => !before.includes(line)) };
}

async function runFloor(folder, namespace) {
  // The broker tells whoever comes through a tunnel that it is at localhost:9094.
  const ports = { ...findLocalPorts(), kafka: 9094 };
  const postgres = { host: `postgres-wal.${namespace.name}.svc.cluster.local`, port: 5432 };
  const bases = ["k8s", "k8s/kafka"].map((path) => relative(folder, packageFile(path)));
  const files = {
    ...(await renderCapture(postgres, { hasRole: true })),
    "kustomization.yaml": JSON.stringify({ resources: bases }),
  };
  const variables = { ...captureVariables(ports), FLOOR_NAMESPACE: namespace.name };
  return runFloorScript("k8s-floor.sh", folder, files, variables);
}

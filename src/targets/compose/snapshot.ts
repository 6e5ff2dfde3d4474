import * as z from "zod";

import { CdcError } from "../../errors.js";
import { type Container, readContainers } from "./containers.js";
import { docker } from "./docker.js";
import { type ComposeProject, MARK } from "./project.js";

/** What there is of a project. */
export interface Snapshot {
  readonly containers: readonly Container[];
  /** Of the volumes and networks asked for, those that exist. */
  readonly volumes: ReadonlySet<string>;
  readonly networks: ReadonlySet<string>;
}

const labelled = z.array(z.object({ Name: z.string(), Labels: z.record(z.string(), z.string()).nullish() }));

/**
 * Looks at what there is, and refuses what is not ours.
 * @throws CdcError COMPOSE_NOT_OURS
 */
export async function takeSnapshot(
  project: ComposeProject,
  names: { readonly volumes: readonly string[]; readonly networks: readonly string[] },
  signal?: AbortSignal,
): Promise<Snapshot> {
  const options = signal === undefined ? {} : { signal };
  const [containers, volumes, networks] = await Promise.all([
    readContainers(project.name, options),
    existing("volume", names.volumes, signal),
    existing("network", names.networks, signal),
  ]);
  const foreign = [
    ...containers.filter(({ isOurs }) => !isOurs).map(({ name }) => `container ${name}`),
    ...[...volumes].filter(([, isOurs]) => !isOurs).map(([name]) => `volume ${name}`),
    ...[...networks].filter(([, isOurs]) => !isOurs).map(([name]) => `network ${name}`),
  ];
  if (foreign.length > 0) throw notOurs(project, foreign);
  return { containers, volumes: new Set(volumes.keys()), networks: new Set(networks.keys()) };
}

/** Those of the names that exist, each with whether it has our mark. */
async function existing(
  kind: "volume" | "network",
  names: readonly string[],
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, boolean>> {
  if (names.length === 0) return new Map();
  // It fails where one is missing; those that are there are in the answer all the same.
  const { stdout } = await docker([kind, "inspect", ...names], signal === undefined ? {} : { signal });
  const found = labelled.parse(JSON.parse(stdout));
  return new Map(found.map(({ Name, Labels }) => [Name, Labels?.[MARK] !== undefined]));
}

function notOurs({ name }: ComposeProject, foreign: readonly string[]): CdcError {
  return new CdcError(
    "COMPOSE_NOT_OURS",
    `the compose project ${name} is not ours, so nothing was changed: ${foreign.join(", ")} without the label ${MARK}`,
    { hint: "take another name: CDC_PIPELINE_COMPOSE_PROJECT=NAME, or compose.project in cdc-pipeline.yaml" },
  );
}

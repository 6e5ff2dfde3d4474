import * as z from "zod";

import { docker, type DockerOptions, dockerOutput } from "./docker.js";
import { passwordFolderOf } from "./password-folder.js";
import { MARK } from "./project.js";

/** One container of a compose project, as docker describes it. */
export interface Container {
  readonly id: string;
  readonly name: string;
  readonly service: string;
  /** Whether it has our mark; without it, it is somebody else's. */
  readonly isOurs: boolean;
  /** The image as it was asked for, and the one that it became. */
  readonly image: string;
  readonly imageId: string;
  /** What it was made from; compose makes it anew when that changes. */
  readonly configHash: string;
  /** created, running, paused, restarting, removing, exited, dead */
  readonly status: string;
  /** What the last health check printed; empty where it said nothing. */
  readonly healthOutput: string;
  readonly isUnhealthy: boolean;
  readonly exitCode: number;
  readonly isOutOfMemory: boolean;
  /** How often docker has started it again by itself. */
  readonly restarts: number;
  /** The port of this machine, by the container's own. */
  readonly ports: ReadonlyMap<number, number>;
  /** Where a worker looks passwords up, in the container; undefined where it has no config provider. */
  readonly passwordFolder: string | undefined;
}

const bindings = z.record(z.string(), z.array(z.object({ HostPort: z.string() })).nullable()).nullish();

const inspected = z.array(
  z.object({
    Id: z.string(),
    Name: z.string(),
    RestartCount: z.number(),
    State: z.object({
      Status: z.string(),
      ExitCode: z.number(),
      OOMKilled: z.boolean(),
      Health: z
        .object({ Status: z.string(), Log: z.array(z.object({ Output: z.string() })).nullable() })
        .nullish(),
    }),
    Config: z.object({
      Image: z.string(),
      Labels: z.record(z.string(), z.string()).nullable(),
      Env: z.array(z.string()).nullish(),
    }),
    Mounts: z.array(z.object({ Type: z.string(), Destination: z.string() })).nullish(),
    HostConfig: z.object({ PortBindings: bindings }),
    NetworkSettings: z.object({ Ports: bindings }),
  }),
);

/** The containers of a project, those of `docker compose run` left out. */
export async function readContainers(project: string, options?: DockerOptions): Promise<Container[]> {
  const filter = `label=com.docker.compose.project=${project}`;
  const ids = await dockerOutput(["ps", "--all", "--quiet", "--no-trunc", "--filter", filter], options);
  return inspectContainers(ids.split("\n").filter(Boolean), options);
}

export async function inspectContainers(
  ids: readonly string[],
  options?: DockerOptions,
): Promise<Container[]> {
  if (ids.length === 0) return [];
  // One that is gone by now makes docker fail; the others are in the answer all the same.
  const { stdout } = await docker(["container", "inspect", ...ids], options);
  return parseContainers(stdout);
}

/** What `docker container inspect` prints. */
export function parseContainers(json: string): Container[] {
  return inspected.parse(JSON.parse(json)).flatMap((found) => {
    const labels = found.Config.Labels ?? {};
    if (labels["com.docker.compose.oneoff"] === "True") return [];
    const { Status, ExitCode, OOMKilled, Health } = found.State;
    return {
      id: found.Id,
      name: found.Name.replace(/^\//, ""),
      service: labels["com.docker.compose.service"] ?? "",
      isOurs: labels[MARK] !== undefined,
      image: found.Config.Image,
      imageId: labels["com.docker.compose.image"] ?? "",
      configHash: labels["com.docker.compose.config-hash"] ?? "",
      status: Status,
      healthOutput: (Health?.Log?.at(-1)?.Output ?? "").trim(),
      isUnhealthy: Health?.Status === "unhealthy",
      exitCode: ExitCode,
      isOutOfMemory: OOMKilled,
      restarts: found.RestartCount,
      ports: new Map([
        ...portsIn(found.HostConfig.PortBindings ?? {}),
        ...portsIn(found.NetworkSettings.Ports ?? {}),
      ]),
      passwordFolder: passwordFolderOf(found.Config.Env ?? [], found.Mounts ?? []),
    };
  });
}

/** `{ "5432/tcp": [{ HostPort: "15432" }] }` */
function portsIn(ports: NonNullable<z.output<typeof bindings>>): [number, number][] {
  return Object.entries(ports).flatMap(([inside, outside]) => {
    const port = Number(outside?.[0]?.HostPort ?? 0);
    return port === 0 ? [] : [[Number.parseInt(inside, 10), port] as [number, number]];
  });
}

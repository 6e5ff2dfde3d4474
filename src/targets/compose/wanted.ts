import * as z from "zod";

import { CdcError } from "../../errors.js";
import { type ServerName, SERVERS } from "../target.js";
import { docker, dockerReason } from "./docker.js";
import { compose, type ComposeProject, MARK } from "./project.js";

/** The ports of the servers inside of their containers, which the compose file publishes. */
export const INNER_PORTS: Readonly<Record<ServerName, number>> = {
  postgres: 5432,
  kafka: 9092,
  connect: 8083,
};

/** A service as the compose file and the settings want it. */
export interface WantedService {
  readonly server: ServerName;
  readonly image: string;
  /** Undefined where the image is not here yet. */
  readonly imageId: string | undefined;
  readonly configHash: string;
  /** The port of this machine. */
  readonly port: number;
  readonly address: string;
  /** The full names of its volumes, by where they are mounted. */
  readonly mounts: ReadonlyMap<string, string>;
}

export interface Wanted {
  readonly services: readonly WantedService[];
  /** The full names. */
  readonly volumes: readonly string[];
  readonly networks: readonly string[];
}

const named = z.record(z.string(), z.object({ name: z.string() }).nullable()).default({});
const rendered = z.object({
  services: z.record(
    z.string(),
    z.object({
      image: z.string().default(""),
      labels: z.record(z.string(), z.string()).default({}),
      ports: z
        .array(
          z.object({
            target: z.number(),
            published: z.coerce.number().default(0),
            host_ip: z.string().default("0.0.0.0"),
          }),
        )
        .default([]),
      volumes: z
        .array(z.object({ type: z.string(), source: z.string().default(""), target: z.string() }))
        .default([]),
    }),
  ),
  volumes: named,
  networks: named,
});

/**
 * Reads the compose file as docker understands it. Starts nothing.
 * @throws CdcError COMPOSE_FILE_INVALID
 */
export async function readWanted(project: ComposeProject, signal: AbortSignal): Promise<Wanted> {
  const [json, hashes] = await Promise.all([
    config(project, ["--format", "json"], signal),
    config(project, ["--hash", "*"], signal),
  ]);
  const { services, volumes, networks } = rendered.parse(JSON.parse(json));
  const hashOf = new Map(hashes.split("\n").map((line) => line.trim().split(/\s+/) as [string, string]));
  const found = SERVERS.map((server) => {
    const service = services[server];
    if (service === undefined) throw invalid(project, `it has no service ${server}`);
    if (service.labels[MARK] === undefined) {
      throw invalid(project, `its service ${server} has no label ${MARK}, by which it would be known again`);
    }
    const port = service.ports.find(({ target }) => target === INNER_PORTS[server]);
    if (port === undefined || port.published === 0) {
      throw invalid(project, `its service ${server} does not publish the port ${INNER_PORTS[server]}`);
    }
    const { image } = service;
    const configHash = hashOf.get(server) ?? "";
    const mounts = new Map(
      service.volumes.flatMap(({ type, source, target }) => {
        const name = volumes[source]?.name;
        return type === "volume" && name !== undefined ? [[target, name] as const] : [];
      }),
    );
    return { server, image, configHash, port: port.published, address: port.host_ip, mounts };
  });
  const ids = await imageIds(
    found.map(({ image }) => image),
    signal,
  );
  return {
    services: found.map((service) => ({ ...service, imageId: ids.get(service.image) })),
    volumes: namesIn(volumes),
    networks: namesIn(networks),
  };
}

async function config(
  project: ComposeProject,
  args: readonly string[],
  signal: AbortSignal,
): Promise<string> {
  const { failed, stdout, stderr } = await compose(project, ["config", ...args], { signal });
  if (failed) throw invalid(project, dockerReason(stderr));
  return stdout;
}

/** The ids of the images that are here, by name. */
export async function imageIds(
  images: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const found = await Promise.all(
    [...new Set(images)].map(async (image) => {
      const { failed, stdout } = await docker(["image", "inspect", "--format", "{{.Id}}", image], { signal });
      return failed ? [] : [[image, stdout.trim()] as const];
    }),
  );
  return new Map(found.flat());
}

function namesIn(entries: z.output<typeof named>): string[] {
  return Object.values(entries).flatMap((entry) => (entry === null ? [] : [entry.name]));
}

function invalid({ file }: ComposeProject, why: string): CdcError {
  return new CdcError("COMPOSE_FILE_INVALID", `${file} cannot be used: ${why}`, {
    hint: `docker compose -f ${file} config; without compose.file, that of the package is taken`,
  });
}

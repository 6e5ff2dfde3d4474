import { CdcError } from "../../errors.js";
import { type Container, inspectContainers } from "./containers.js";
import { docker } from "./docker.js";
import { titleOf } from "./plan-services.js";

const LOOK_EVERY_MS = 400;
/** A worker whose broker is slow may end once, and is whole after docker has started it again. */
const MAX_RESTARTS = 2;
const LOG_LINES = 15;

export interface ContainerWatch {
  /** How a service's container is now. @throws CdcError SERVER_DIED, DATA_OF_OTHER_VERSION where any has ended */
  look(service: string): Promise<Container | undefined>;
}

/** Looks at all containers at once, seldom enough for many to ask. */
export function watchContainers(containers: readonly Container[], signal: AbortSignal): ContainerWatch {
  const ids = containers.map(({ id }) => id);
  const restartsBefore = new Map(containers.map(({ id, restarts }) => [id, restarts]));
  let last: Promise<readonly Container[]> = Promise.resolve(containers);
  let lookedAtMs = Number.NEGATIVE_INFINITY;
  const lookAtAll = async () => {
    const now = await inspectContainers(ids, { signal });
    for (const before of containers) {
      const found = now.find(({ id }) => id === before.id);
      if (hasDied(found, restartsBefore.get(before.id) ?? 0))
        throw await died(found ?? before, found, signal);
    }
    return now;
  };
  return {
    async look(service) {
      if (performance.now() - lookedAtMs > LOOK_EVERY_MS) {
        lookedAtMs = performance.now();
        last = lookAtAll();
      }
      return (await last).find((container) => container.service === service);
    },
  };
}

function hasDied(container: Container | undefined, restartsBefore: number): boolean {
  if (container === undefined || ["exited", "dead", "removing"].includes(container.status)) return true;
  return container.restarts - restartsBefore >= MAX_RESTARTS;
}

async function died(
  { id, name, service, image }: Container,
  now: Container | undefined,
  signal: AbortSignal,
): Promise<CdcError> {
  const title =
    service === "postgres" || service === "kafka" || service === "connect"
      ? titleOf(service, image)
      : service;
  const log = await lastLines(id, signal);
  const version =
    /initialized by PostgreSQL version (\d+)\S*, which is not compatible with this version (\d+)/.exec(log);
  if (version !== null) return otherVersion(version[1] ?? "", version[2] ?? "", image);
  const said = log === "" ? " It wrote nothing to its log." : ` The last lines of its log:\n${log}`;
  return new CdcError("SERVER_DIED", `${title} ended while it was starting (${howItEnded(now)}).${said}`, {
    hint: `what has no reason in the log may have one here: docker events --since 10m --until 0m --filter container=${name}`,
    details: { server: service },
  });
}

function howItEnded(container: Container | undefined): string {
  if (container === undefined) return "its container was removed";
  if (container.isOutOfMemory) return "it took more memory than its container may";
  if (container.exitCode === 137) return "its container was killed";
  return `exit code ${container.exitCode}`;
}

function otherVersion(found: string, wanted: string, image: string): CdcError {
  return new CdcError(
    "DATA_OF_OTHER_VERSION",
    `the volume holds data of PostgreSQL ${found}, and ${image} is PostgreSQL ${wanted}; the data was left as it is`,
    {
      hint: `start it with CDC_PIPELINE_COMPOSE_POSTGRES_IMAGE=postgres:${found}, or give it up: cdc-pipeline down --volumes --yes`,
      details: { server: "postgres", found, wanted },
    },
  );
}

/** Of both streams, which docker keeps apart. */
async function lastLines(id: string, signal: AbortSignal): Promise<string> {
  const { stdout, stderr, failed } = await docker(["logs", "--tail", String(LOG_LINES), id], { signal });
  return failed ? "" : [stdout, stderr].join("\n").trim().split("\n").slice(-LOG_LINES).join("\n");
}

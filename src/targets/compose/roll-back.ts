import type { Reporter } from "../../progress.js";
import type { Container } from "./containers.js";
import { readContainers } from "./containers.js";
import { docker } from "./docker.js";
import type { ComposeProject } from "./project.js";
import type { Snapshot } from "./snapshot.js";
import type { Wanted } from "./wanted.js";

/** Servers that may have data to keep are asked to end; what they do not finish, they finish at their next start. */
const STOP_SECONDS = 30;
const CLEAN_UP_TIMEOUT_MS = 120_000;

/**
 * Takes away what was not there before: containers, volumes and networks that are new, and stops what did not
 * run. What ran before goes on, with its new settings where it got new ones; only the one that failed is stopped.
 */
export async function rollBack(
  project: ComposeProject,
  wanted: Wanted,
  before: Snapshot,
  failedServer: unknown,
  report: Reporter,
): Promise<void> {
  const options = { timeoutMs: CLEAN_UP_TIMEOUT_MS };
  const wasRunning = ({ service }: Container) =>
    before.containers.some((container) => container.service === service && container.status === "running");
  const wasThere = ({ id }: Container) => before.containers.some((container) => container.id === id);
  const left: string[] = [];
  const remove = async (args: readonly string[], names: readonly string[]) => {
    if (names.length === 0) return;
    const { failed } = await docker([...args, ...names], options);
    if (failed) left.push(...names);
  };
  const now = (await readContainers(project.name, options)).filter(({ isOurs }) => isOurs);
  const affected = now.filter((one) => !wasRunning(one) || one.service === failedServer);
  const fresh = affected.filter((one) => !wasThere(one) && !wasRunning(one));
  const asked = before.volumes.size === 0 ? affected.filter(wasThere) : affected;
  await remove(["stop", "--time", String(STOP_SECONDS)], idsOf(asked));
  await remove(["rm", "--force", "--volumes"], idsOf(fresh));
  await remove(
    ["volume", "rm", "--force"],
    wanted.volumes.filter((name) => !before.volumes.has(name)),
  );
  for (const network of wanted.networks.filter((name) => !before.networks.has(name))) {
    // One that was never made is no failure.
    const { failed } = await docker(["network", "inspect", network], options);
    if (!failed) await remove(["network", "rm"], [network]);
  }
  if (left.length > 0) report({ type: "notice", message: `not removed: ${left.join(", ")}` });
}

const idsOf = (containers: readonly Container[]): string[] => containers.map(({ id }) => id);

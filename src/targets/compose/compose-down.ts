import type { Config } from "../../config/config.js";
import type { Context } from "../../context.js";
import { outcome, type Stage } from "../../run-stage.js";
import { type DownOptions, type DownResult, type PlannedServer, SERVERS, STOP_ORDER } from "../target.js";
import type { Container } from "./containers.js";
import { composeFailed, docker } from "./docker.js";
import { compose, type ComposeProject, projectOf } from "./project.js";
import { restoringMark } from "./recovery/restoring-mark.js";
import { takeSnapshot } from "./snapshot.js";
import { readWanted } from "./wanted.js";
import { withProjectLock } from "./with-project-lock.js";

/** The web page on Kafka too, which only its profile starts. */
const ALL_PROFILES = ["--profile", "*"];

/** Stops and removes the containers and their network; the volumes with the data stay, unless they are to go too. */
export async function composeDown(
  config: Config,
  stage: Stage,
  context: Context,
  { purge, keepPostgres }: DownOptions,
): Promise<DownResult> {
  const project = projectOf(config);
  return withProjectLock(config, context, async () => {
    const wanted = await readWanted(project, context.signal);
    const { containers, volumes, networks } = await takeSnapshot(project, wanted, context.signal);
    const isEmpty = containers.length === 0 && networks.size === 0 && !(purge && volumes.size > 0);
    if (isEmpty) {
      await stage.step("servers", () =>
        Promise.resolve(outcome("unchanged", `there are none in the compose project ${project.name}`)),
      );
      return "nothing";
    }
    for (const service of inOrder(containers)) {
      if (service === "postgres" && keepPostgres) continue;
      await stage.step(service, async () => {
        const container = containers.find((one) => one.service === service);
        if (container === undefined) return outcome("unchanged", "was not there");
        await run(project, ["rm", "--stop", "--force", service], context.signal);
        return outcome("stopped", `container ${container.name} removed`);
      });
    }
    if (keepPostgres) return "stopped";
    await stage.step("network", async () => {
      await run(project, ["down"], context.signal);
      return networks.size === 0 ? outcome("unchanged") : outcome("removed", [...networks].join(", "));
    });
    if (!purge) return "stopped";
    await stage.step("data", async () => {
      await run(project, ["down", "--volumes"], context.signal);
      // Of a restore that was killed; that there is none is no failure.
      await docker(["volume", "rm", "--force", restoringMark(project.name)], { signal: context.signal });
      return volumes.size === 0 ? outcome("unchanged") : outcome("removed", [...volumes].join(", "));
    });
    return "removed";
  });
}

/** What `composeDown` would stop, remove and keep. */
export async function planComposeDown(
  config: Config,
  { signal }: Context,
  { purge, keepPostgres }: DownOptions,
): Promise<readonly PlannedServer[]> {
  const project = projectOf(config);
  const wanted = await readWanted(project, signal);
  const { containers, volumes } = await takeSnapshot(project, wanted, signal);
  const planned = inOrder(containers).flatMap((service): PlannedServer[] => {
    const container = containers.find((one) => one.service === service);
    if (container === undefined) return [];
    const server = SERVERS.find((name) => name === service);
    const common = { title: service, ...(server === undefined ? {} : { server }) };
    return service === "postgres" && keepPostgres
      ? [{ ...common, status: "unchanged", detail: `goes on, container ${container.name}` }]
      : [{ ...common, status: "stopped", detail: `container ${container.name} removed` }];
  });
  if (volumes.size === 0) return planned;
  const status = purge ? "removed" : "unchanged";
  return [...planned, { title: "data", status, detail: [...volumes].join(", ") }];
}

/** The servers, and before them what else of the file there is: it uses them. */
function inOrder(containers: readonly Container[]): readonly string[] {
  const others = containers
    .map(({ service }) => service)
    .filter((service) => !STOP_ORDER.some((server) => server === service));
  return [...new Set([...others, ...STOP_ORDER])];
}

async function run(project: ComposeProject, args: readonly string[], signal: AbortSignal): Promise<void> {
  const { failed, stderr } = await compose(project, [...ALL_PROFILES, ...args], { signal });
  if (failed) throw composeFailed([`compose ${args[0] ?? ""}`], stderr);
}

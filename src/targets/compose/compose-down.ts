import type { Config } from "../../config/config.js";
import type { Context } from "../../context.js";
import { outcome, type Stage } from "../../run-stage.js";
import type { DownResult, PlannedServer } from "../target.js";
import { SERVERS } from "../target.js";
import { composeFailed } from "./docker.js";
import { compose, type ComposeProject, projectOf } from "./project.js";
import { takeSnapshot } from "./snapshot.js";
import { readWanted } from "./wanted.js";
import { withProjectLock } from "./with-project-lock.js";

/** Connect first, so that it can tell Kafka its offsets; the database last. */
const ORDER = [...SERVERS].reverse();
/** The web page on Kafka too, which only its profile starts. */
const ALL_PROFILES = ["--profile", "*"];

/** Stops and removes the containers and their network; with `purge` the volumes with the data go too. */
export async function composeDown(
  config: Config,
  stage: Stage,
  context: Context,
  purge: boolean,
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
    for (const server of ORDER) {
      await stage.step(server, async () => {
        const container = containers.find(({ service }) => service === server);
        if (container === undefined) return outcome("unchanged", "was not there");
        await run(project, ["rm", "--stop", "--force", server], context.signal);
        return outcome("stopped", `container ${container.name} removed`);
      });
    }
    await stage.step("network", async () => {
      await run(project, ["down"], context.signal);
      return networks.size === 0 ? outcome("unchanged") : outcome("removed", [...networks].join(", "));
    });
    if (!purge) return "stopped";
    await stage.step("data", async () => {
      await run(project, ["down", "--volumes"], context.signal);
      return volumes.size === 0 ? outcome("unchanged") : outcome("removed", [...volumes].join(", "));
    });
    return "removed";
  });
}

/** What `composeDown` would do. */
export async function planComposeDown(
  config: Config,
  { signal }: Context,
  purge: boolean,
): Promise<readonly PlannedServer[]> {
  const project = projectOf(config);
  const wanted = await readWanted(project, signal);
  const { containers, volumes } = await takeSnapshot(project, wanted, signal);
  const stopped = ORDER.flatMap((server): PlannedServer[] => {
    const container = containers.find(({ service }) => service === server);
    if (container === undefined) return [];
    return [{ server, title: server, status: "stopped", detail: `container ${container.name} removed` }];
  });
  if (!purge || volumes.size === 0) return stopped;
  return [...stopped, { title: "data", status: "removed", detail: [...volumes].join(", ") }];
}

async function run(project: ComposeProject, args: readonly string[], signal: AbortSignal): Promise<void> {
  const { failed, stderr } = await compose(project, [...ALL_PROFILES, ...args], { signal });
  if (failed) throw composeFailed([`compose ${args[0] ?? ""}`], stderr);
}

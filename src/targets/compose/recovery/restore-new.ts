import getPort, { portNumbers } from "get-port";

import type { Config } from "../../../config/config.js";
import { environmentNameOf } from "../../../config/setting-names.js";
import type { Context } from "../../../context.js";
import { CdcError, toCdcError } from "../../../errors.js";
import type { RestorePlan } from "../../../recovery/plan-restore.js";
import { puttingBack } from "../../../recovery/putting-back.js";
import { outcome, type Stage } from "../../../run-stage.js";
import { stampOf, swapData } from "../../container-recovery/swap-data.js";
import type { Restored } from "../../recovery.js";
import { composeDeployment, hostOf } from "../compose-deployment.js";
import { docker, dockerOutput } from "../docker.js";
import { titleOf } from "../plan-services.js";
import { type ComposeProject, MARK, projectOf } from "../project.js";
import { readWanted } from "../wanted.js";
import { withProjectLock } from "../with-project-lock.js";
import { createContainer } from "./create-container.js";
import { dataFoldersOf } from "./data-folders.js";
import { recoverInContainer } from "./draft-container.js";
import { restoringMark } from "./restoring-mark.js";
import { startPostgres } from "./start-postgres.js";

/** @throws CdcError USAGE where there is anything of that project, and it is no restore's that was killed */
export async function requireFreshProject(config: Config, signal: AbortSignal): Promise<void> {
  const project = projectOf(config);
  if (await isUnfinished(project, signal)) return;
  const found = await whatThereIsOf(project, signal);
  if (found.length === 0) return;
  throw new CdcError(
    "USAGE",
    `the compose project ${project.name} has ${found.join(", ")} already, and a restore makes an instance of its own`,
    { hint: "leave out --into, or name another; to restore over the server itself: --in-place" },
  );
}

/** The configuration of an instance that is restored beside this one. */
export async function configOfNew(config: Config, project: string): Promise<Config> {
  const { postgresPort } = config.compose;
  const above = portNumbers(Math.max(1_024, postgresPort + 1), Math.min(postgresPort + 200, 65_535));
  const port = await getPort({ port: above, host: config.compose.address });
  return { ...config, compose: { ...config.compose, project, postgresPort: port } };
}

/** Restores into a compose project of its own, of which only PostgreSQL is made. */
export async function restoreNew(
  config: Config,
  sourceArchive: string,
  plan: RestorePlan,
  stage: Stage,
  context: Context,
): Promise<Restored> {
  const project = projectOf(config);
  return withProjectLock(config, context, async () => {
    await requireFreshProject(config, context.signal);
    await removeInstance(project, context);
    const labels = [`${MARK}=compose`, `com.docker.compose.project=${project.name}`];
    const marks = labels.flatMap((label) => ["--label", label]);
    await dockerOutput(["volume", "create", ...marks, restoringMark(project.name)]);
    try {
      return await makeInstance(config, sourceArchive, plan, stage, context);
    } catch (error) {
      await removeInstance(project, puttingBack(context)).catch((failure: unknown) => {
        const message = `not all of the compose project ${project.name} could be removed: ${toCdcError(failure).message}`;
        context.report({ type: "notice", message });
      });
      throw error;
    }
  });
}

async function makeInstance(
  config: Config,
  sourceArchive: string,
  plan: RestorePlan,
  stage: Stage,
  context: Context,
): Promise<Restored> {
  const project = projectOf(config);
  const { address, postgresPort } = config.compose;
  const container = await stage.step(`compose project ${project.name}`, async () => {
    const made = await createContainer(project, context);
    return outcome("created", `volumes ${made.dataVolume}, ${made.archiveVolume}`, made);
  });
  const ports = { postgres: postgresPort, kafka: 0, connect: 0 };
  const { postgres } = composeDeployment(config, project, ports).endpoints;
  const draftPort = await getPort({ host: address });
  const draft = { ...postgres, port: draftPort, host: hostOf(config) };
  const work = { project: project.name, container, sourceArchive, plan, postgres: draft };
  const reached = await recoverInContainer(work, stage, context);
  await swapData(dataFoldersOf(container), stampOf(new Date()), context);
  await stage.step(titleOf("postgres", config.compose.postgresImage), async (update) => {
    const { version } = await startPostgres(config, container.id, context, update);
    await dockerOutput(["volume", "rm", restoringMark(project.name)]);
    return outcome("started", `port ${postgresPort}, ${version}`);
  });
  const settings = [
    `${environmentNameOf("compose.project")}=${project.name}`,
    `${environmentNameOf("compose.postgresPort")}=${postgresPort}`,
  ].join(" ");
  const next = [
    `It is managed with ${settings}: status, backup, down. For up, Kafka and Kafka Connect need ports of their own too.`,
  ];
  return { postgres, reached, instance: project.name, next };
}

async function isUnfinished({ name }: ComposeProject, signal: AbortSignal): Promise<boolean> {
  const { stdout } = await docker(["volume", "inspect", restoringMark(name)], { signal });
  return stdout.includes(`"${MARK}"`);
}

/** Containers, volumes and networks that have the project's label, and volumes that have the names of its own. */
async function whatThereIsOf(project: ComposeProject, signal: AbortSignal): Promise<string[]> {
  const label = ["--filter", `label=com.docker.compose.project=${project.name}`];
  const lists = [
    ["container", "ls", "--all", ...label, "--format", "container {{.Names}}"],
    ["volume", "ls", ...label, "--format", "volume {{.Name}}"],
    ["network", "ls", ...label, "--format", "network {{.Name}}"],
  ];
  const { volumes } = await readWanted(project, signal);
  const [existing, ...found] = await Promise.all([
    docker(["volume", "inspect", "--format", "volume {{.Name}}", ...volumes], { signal }),
    ...lists.map((list) => docker(list, { signal })),
  ]);
  const lines = [existing, ...found].flatMap(({ stdout }) => stdout.split("\n"));
  return [...new Set(lines.filter((line) => line !== ""))];
}

/** Everything of a restore that failed or was killed; nothing where there was none. */
async function removeInstance(project: ComposeProject, context: Context): Promise<void> {
  const { signal } = context;
  if (!(await isUnfinished(project, signal))) return;
  const label = ["--filter", `label=com.docker.compose.project=${project.name}`];
  const ids = await dockerOutput(["container", "ls", "--all", "--quiet", ...label], { signal });
  const containers = ids.split("\n").filter((id) => id !== "");
  // One that is being removed already is no failure.
  if (containers.length > 0) await docker(["rm", "--force", ...containers], { signal });
  const networks = await dockerOutput(["network", "ls", "--quiet", ...label], { signal });
  for (const id of networks.split("\n").filter((one) => one !== ""))
    await dockerOutput(["network", "rm", id], { signal });
  const volumes = await dockerOutput(["volume", "ls", "--quiet", ...label], { signal });
  const mark = restoringMark(project.name);
  const others = volumes.split("\n").filter((name) => name !== "" && name !== mark);
  if (others.length > 0) await dockerOutput(["volume", "rm", ...others], { signal });
  await dockerOutput(["volume", "rm", mark], { signal });
}

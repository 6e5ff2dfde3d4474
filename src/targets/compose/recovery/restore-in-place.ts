import getPort from "get-port";

import type { Config } from "../../../config/config.js";
import type { Context } from "../../../context.js";
import { toCdcError } from "../../../errors.js";
import type { RestorePlan } from "../../../recovery/plan-restore.js";
import { puttingBack } from "../../../recovery/putting-back.js";
import { outcome, type Stage } from "../../../run-stage.js";
import { shellWord } from "../../../shell-words.js";
import { dropDraft, keptAsideIn, stampOf, swapBack, swapData } from "../../container-recovery/swap-data.js";
import type { Restored } from "../../recovery.js";
import { composeDeployment, hostOf } from "../compose-deployment.js";
import type { Container } from "../containers.js";
import { docker, dockerOutput } from "../docker.js";
import { titleOf } from "../plan-services.js";
import { projectOf } from "../project.js";
import { rollBack } from "../roll-back.js";
import { takeSnapshot } from "../snapshot.js";
import { readWanted } from "../wanted.js";
import { withProjectLock } from "../with-project-lock.js";
import { createContainer } from "./create-container.js";
import { dataFoldersOf } from "./data-folders.js";
import { recoverInContainer } from "./draft-container.js";
import type { ServerContainer } from "./server-container.js";
import { startPostgres } from "./start-postgres.js";

/**
 * Restores over the server itself. Its container is stopped and started again, never made anew, so compose still
 * knows it; the data from before is kept in the same volume.
 */
export async function restoreInPlace(
  config: Config,
  plan: RestorePlan,
  stage: Stage,
  context: Context,
): Promise<Restored> {
  const project = projectOf(config);
  return withProjectLock(config, context, async () => {
    const wanted = await readWanted(project, context.signal);
    const before = await takeSnapshot(project, wanted, context.signal);
    const old = before.containers.find(({ service }) => service === "postgres");
    let container: ServerContainer | undefined;
    try {
      container = await createContainer(project, context);
      if (old !== undefined && !isStopped(old)) await stop(container, stage);
      return await swapIn({ config, container, plan }, stage, context);
    } catch (error) {
      if (container !== undefined) await putBack({ config, container, old }, context);
      // The container itself, where there was none.
      if (old === undefined) await rollBack(project, wanted, before, undefined, context.report);
      throw error;
    }
  });
}

const isStopped = ({ status }: Container): boolean => ["created", "exited", "dead"].includes(status);

async function stop({ id }: ServerContainer, stage: Stage): Promise<void> {
  await stage.step("PostgreSQL stops", async () => {
    // For as long as its compose file gives it.
    await dockerOutput(["stop", id]);
    return outcome("stopped");
  });
}

interface InPlace {
  readonly config: Config;
  readonly container: ServerContainer;
  readonly plan: RestorePlan;
}

async function swapIn(
  { config, container, plan }: InPlace,
  stage: Stage,
  context: Context,
): Promise<Restored> {
  const project = projectOf(config);
  const folders = dataFoldersOf(container);
  await dropDraft(folders, context);
  const postgres = {
    ...composeDeployment(config, project, { postgres: 0, kafka: 0, connect: 0 }).endpoints.postgres,
    host: hostOf(config),
    port: await getPort({ host: config.compose.address }),
  };
  const reached = await recoverInContainer(
    { project: project.name, container, plan, postgres },
    stage,
    context,
  );
  const stamp = stampOf(new Date());
  const isKept = await swapData(folders, stamp, context);
  try {
    const endpoint = await stage.step(titleOf("postgres", config.compose.postgresImage), async (update) => {
      const { endpoints, version } = await startPostgres(config, container.id, context, update);
      return outcome("started", `port ${endpoints.postgres.port}, ${version}`, endpoints.postgres);
    });
    const common = { postgres: endpoint, reached, instance: project.name };
    if (!isKept) return { ...common, next: [] };
    const folder = keptAsideIn(container.dataRoot, stamp);
    const remove = `docker exec ${container.id.slice(0, 12)} rm -r ${shellWord(folder)}`;
    const next = [`The data from before is kept in the volume ${container.dataVolume}: ${remove}`];
    return { ...common, keptAside: `${container.dataVolume}:${folder}`, next };
  } catch (error) {
    await docker(["stop", container.id]);
    await swapBack(folders, stamp, puttingBack(context));
    throw error;
  }
}

/** The failure that led here is the one to be told. */
async function putBack(
  { config, container, old }: Pick<InPlace, "config" | "container"> & { readonly old: Container | undefined },
  context: Context,
): Promise<void> {
  const calm = puttingBack(context);
  const tell = (what: string) => (error: unknown) => {
    context.report({ type: "notice", message: `${what}: ${toCdcError(error).message}` });
  };
  // A stop that was interrupted goes on in the daemon, and a start beside it would be lost.
  await docker(["stop", container.id]).catch(() => undefined);
  await dropDraft(dataFoldersOf(container), calm).catch(tell("not all that was restored could be removed"));
  if (old === undefined || isStopped(old)) return;
  await startPostgres(config, container.id, calm, () => undefined).catch(
    tell("PostgreSQL could not be started again"),
  );
}

import type { Config } from "../../config/config.js";
import type { Context } from "../../context.js";
import { CdcError } from "../../errors.js";
import { outcome, type Stage } from "../../run-stage.js";
import { notYet, waitUntil } from "../../wait/wait-until.js";
import { ensureAdminDatabase } from "../ensure-admin-database.js";
import { imageTag } from "../image-tag.js";
import type { Deployment, ServerName } from "../target.js";
import { checkPorts } from "./check-ports.js";
import { composeDeployment } from "./compose-deployment.js";
import { type ContainerWatch, watchContainers } from "./container-watch.js";
import type { Container } from "./containers.js";
import { ensureImages } from "./ensure-images.js";
import { planServices, titleOf } from "./plan-services.js";
import { probeServer } from "./probes.js";
import { type ComposeProject, projectOf } from "./project.js";
import { rollBack } from "./roll-back.js";
import { type Snapshot, takeSnapshot } from "./snapshot.js";
import { startContainers } from "./start-containers.js";
import { readWanted, type Wanted, type WantedService } from "./wanted.js";
import { withProjectLock } from "./with-project-lock.js";
import { withWorkerPassword } from "./worker-password.js";

/** Brings the containers up and waits until each server answers; those that are as they should be are left alone. */
export async function composeUp(config: Config, stage: Stage, context: Context): Promise<Deployment> {
  const project = projectOf(config);
  return withProjectLock(config, context, async () => {
    const wanted = await readWanted(project, context.signal);
    const before = await takeSnapshot(project, wanted, context.signal);
    const portOf = (server: ServerName) => wanted.services.find((one) => one.server === server)?.port ?? 0;
    const deployment = composeDeployment(config, project, {
      postgres: portOf("postgres"),
      kafka: portOf("kafka"),
      connect: portOf("connect"),
    });
    const planned = planServices(wanted.services, before.containers);
    const isUp = planned.every(({ status }) => status === "unchanged");
    if (!isUp) {
      await ensureImages(project, wanted.services, stage, context);
      await checkPorts(wanted.services, before.containers, context.signal);
    }
    const containers = await startAll({ project, wanted, before, deployment, isUp, stage, context });
    return withWorkerPassword(deployment, containers, config);
  });
}

interface StartWork {
  readonly project: ComposeProject;
  readonly wanted: Wanted;
  readonly before: Snapshot;
  readonly deployment: Deployment;
  /** Nothing has to be started. */
  readonly isUp: boolean;
  readonly stage: Stage;
  readonly context: Context;
}

/** A step for each server, side by side. The first failure ends all, and takes away what this run made. */
async function startAll(work: StartWork): Promise<readonly Container[]> {
  const { project, wanted, before, deployment, isUp, stage, context } = work;
  const failure = new AbortController();
  const joint = { ...context, signal: AbortSignal.any([context.signal, failure.signal]) };
  const updates = new Set<(message: string) => void>();
  const tell = (line: string) => updates.forEach((update) => update(line));
  const starting = isUp ? Promise.resolve(before.containers) : startContainers(project, wanted, joint, tell);
  const watching = starting.then((containers) => watchContainers(ownOnly(containers, wanted), joint.signal));
  watching.catch(() => undefined);
  const start = async (service: WantedService) => {
    const { server, image, port } = service;
    try {
      await stage.step(titleOf(server, image), async (update) => {
        updates.add(update);
        const [containers, watch] = await Promise.all([starting, watching]);
        updates.delete(update);
        const version = await waitForAnswer(service, watch, deployment, joint, update);
        const debezium = server === "connect" ? `Debezium ${imageTag(image)}` : "";
        const detail = [`port ${port}`, version, debezium].filter(Boolean).join(", ");
        return outcome(statusOf(server, before.containers, containers), detail);
      });
      if (server === "postgres") await ensureAdminDatabase(deployment, stage);
    } catch (error) {
      failure.abort(error);
      throw error;
    }
  };
  const results = await Promise.allSettled(wanted.services.map(start));
  try {
    const failed = results.find(({ status }) => status === "rejected");
    if (failed !== undefined) throw failure.signal.reason;
    // One that answered may have ended while the others were waited for.
    await (await watching).look("postgres");
    context.signal.throwIfAborted();
    return await starting;
  } catch (error) {
    await starting.catch(() => undefined);
    const server = error instanceof CdcError ? error.details?.server : undefined;
    await rollBack(project, wanted, before, server, context.report);
    throw error;
  }
}

function ownOnly(containers: readonly Container[], { services }: Wanted): Container[] {
  return containers.filter(({ service }) => services.some(({ server }) => server === service));
}

/** What happened to a service, seen from its container before and now. */
function statusOf(server: ServerName, before: readonly Container[], now: readonly Container[]) {
  const old = before.find(({ service }) => service === server);
  const found = now.find(({ service }) => service === server);
  if (old?.status !== "running") return "started";
  return old.id === found?.id ? "unchanged" : "updated";
}

async function waitForAnswer(
  { server, image, port }: WantedService,
  watch: ContainerWatch,
  { endpoints }: Deployment,
  context: Context,
  update: (message: string) => void,
): Promise<string> {
  return waitUntil({
    intervalMs: 100,
    ...context,
    onReason: update,
    probe: async () => {
      const answer = await probeServer(server, endpoints);
      if (answer.ready) return answer;
      const container = await watch.look(server);
      const health = container?.healthOutput.split("\n").at(-1) ?? "";
      return health === "" ? answer : notYet(`${answer.reason}; its health check: ${health}`);
    },
    onTimeout: (reason) =>
      new CdcError(
        "SERVER_NOT_READY",
        `${titleOf(server, image)} does not answer on port ${port}: ${reason}`,
        {
          hint: `cdc-pipeline logs ${server} --target compose; more time: --timeout SECONDS`,
          details: { server },
        },
      ),
  });
}

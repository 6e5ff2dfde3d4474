import type { Config } from "../../../config/config.js";
import type { Context } from "../../../context.js";
import { CdcError } from "../../../errors.js";
import { notYet, waitUntil } from "../../../wait/wait-until.js";
import type { Endpoints } from "../../target.js";
import { composeDeployment } from "../compose-deployment.js";
import { watchContainers } from "../container-watch.js";
import { inspectContainers } from "../containers.js";
import { dockerOutput } from "../docker.js";
import { probeServer } from "../probes.js";
import { projectOf } from "../project.js";
import { INNER_PORTS } from "../wanted.js";

/** Starts the container that compose has made, as it is, and waits until PostgreSQL answers. @returns its version */
export async function startPostgres(
  config: Config,
  id: string,
  context: Context,
  update: (message: string) => void,
): Promise<{ readonly endpoints: Endpoints; readonly version: string }> {
  const { signal } = context;
  await dockerOutput(["start", id], { signal });
  const containers = await inspectContainers([id], { signal });
  const watch = watchContainers(containers, signal);
  const port = containers[0]?.ports.get(INNER_PORTS.postgres) ?? 0;
  const ports = { postgres: port, kafka: config.compose.kafkaPort, connect: config.compose.connectPort };
  const { endpoints } = composeDeployment(config, projectOf(config), ports);
  const version = await waitUntil({
    intervalMs: 100,
    ...context,
    onReason: update,
    probe: async () => {
      const answer = await probeServer("postgres", endpoints);
      if (answer.ready) return answer;
      await watch.look("postgres");
      return notYet(answer.reason);
    },
    onTimeout: (reason) =>
      new CdcError("SERVER_NOT_READY", `PostgreSQL does not answer on port ${port}: ${reason}`, {
        hint: "cdc-pipeline logs postgres --target compose; more time: --timeout SECONDS",
        details: { server: "postgres" },
      }),
  });
  return { endpoints, version };
}

import type { Config } from "../../config/config.js";
import { CdcError } from "../../errors.js";
import { imageTag } from "../image-tag.js";
import { type ServerName, SERVERS, type ServerStatus, type Target } from "../target.js";
import { deploymentOfContainers, hostOf } from "./compose-deployment.js";
import { composeDown, planComposeDown } from "./compose-down.js";
import { composeUp } from "./compose-up.js";
import { readContainerLog } from "./container-log.js";
import { type Container, readContainers } from "./containers.js";
import { planServices } from "./plan-services.js";
import { projectOf } from "./project.js";
import { takeSnapshot } from "./snapshot.js";
import { INNER_PORTS, readWanted } from "./wanted.js";
import { withWorkerPassword } from "./worker-password.js";

/** PostgreSQL, Kafka and Kafka Connect in containers of `docker compose`; their state is what docker knows of them. */
export function createComposeTarget(config: Config): Target {
  const project = projectOf(config);
  return {
    name: "compose",
    ownsServers: true,
    up: (stage, context) => composeUp(config, stage, context),
    async planUp({ signal }) {
      const wanted = await readWanted(project, signal);
      const { containers } = await takeSnapshot(project, wanted, signal);
      return planServices(wanted.services, containers);
    },
    down: (stage, context, options) => composeDown(config, stage, context, options),
    planDown: (context, options) => planComposeDown(config, context, options),
    async find({ signal }, needed) {
      const containers = await readContainers(project.name, { signal });
      const deployment = deploymentOfContainers(config, project, containers, needed);
      return withWorkerPassword(deployment, containers, config);
    },
    async status({ signal }) {
      const containers = await readContainers(project.name, { signal });
      return SERVERS.map((server) => statusOf(server, containers, config));
    },
    async log(server, options, { signal }) {
      const containers = await readContainers(project.name, { signal });
      const container = containers.find(({ service, isOurs }) => service === server && isOurs);
      if (container !== undefined) return readContainerLog(container, options, signal);
      throw new CdcError(
        "NOT_DEPLOYED",
        `there is no container of ${server} in the compose project ${project.name}`,
        {
          hint: "cdc-pipeline deploy --target compose",
        },
      );
    },
    recovery: async () => (await import("./recovery/compose-recovery.js")).createComposeRecovery(config),
    close: () => Promise.resolve(),
  };
}

function statusOf(server: ServerName, containers: readonly Container[], config: Config): ServerStatus {
  const container = containers.find(({ service }) => service === server);
  if (container === undefined) {
    return { server, state: "stopped", version: imageTag(config.compose[`${server}Image`]), address: "" };
  }
  const { isOurs, status, isUnhealthy, image, ports } = container;
  const port = ports.get(INNER_PORTS[server]);
  const isRunning = status === "running";
  return {
    server,
    state: !isOurs ? "foreign" : !isRunning ? "stopped" : isUnhealthy ? "unreachable" : "running",
    version: imageTag(image),
    address: isRunning && port !== undefined ? `${hostOf(config)}:${port}` : "",
  };
}

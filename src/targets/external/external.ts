import type { ConnectClientOptions } from "../../clients/connect/connect-http.js";
import type { Config } from "../../config/config.js";
import type { Context } from "../../context.js";
import { CdcError } from "../../errors.js";
import { outcome, type Stage } from "../../run-stage.js";
import { connectVersion, kafkaCluster, postgresVersion, statusByAnswer } from "../ask-servers.js";
import type { Deployment, ServerName, Target } from "../target.js";

/** Servers that run already, anywhere: they are looked at, never started, stopped or removed. */
export function createExternalTarget(config: Config): Target {
  const deployment = externalDeployment(config);
  return {
    name: "external",
    ownsServers: false,
    async up(stage, context) {
      await Promise.all([
        checkStep("PostgreSQL", postgresVersion, deployment, context, stage),
        checkStep("Kafka", kafkaCluster, deployment, context, stage),
        checkStep("Kafka Connect", connectVersion, deployment, context, stage),
      ]);
      return deployment;
    },
    planUp: () =>
      Promise.resolve(
        ["PostgreSQL", "Kafka", "Kafka Connect"].map((title) => ({ title, status: "unchanged" as const })),
      ),
    planDown: () => Promise.resolve([]),
    find: () => Promise.resolve(deployment),
    async status({ signal }) {
      const { postgres, kafka, connect } = deployment.endpoints;
      const ask = (server: ServerName, address: string, version: () => Promise<string>) =>
        statusByAnswer(server, address, version, signal);
      return Promise.all([
        ask("postgres", `${postgres.host}:${postgres.port}`, () => postgresVersion(deployment)),
        ask("kafka", kafka.brokers.join(","), () => kafkaCluster(deployment).then(() => "")),
        ask("connect", connect.url, () => connectVersion(deployment, { signal })),
      ]);
    },
    async down(stage) {
      await stage.step("servers", () =>
        Promise.resolve(outcome("unchanged", "they were not started by cdc-pipeline and are left alone")),
      );
      return "nothing";
    },
    close: () => Promise.resolve(),
    log: (server) =>
      Promise.reject(
        new CdcError(
          "USAGE",
          `the logs of ${server} are where that server runs; the target external has none`,
        ),
      ),
  };
}

function externalDeployment(config: Config): Deployment {
  const { postgres, kafka, connect, fromConnect } = config;
  const { postgresHost: host = postgres.host, postgresPort: port = postgres.port, tls } = fromConnect;
  return {
    endpoints: { postgres, kafka, connect },
    postgresFromConnect: { host, port, ...(tls === undefined ? {} : { tls }) },
  };
}

/** Answers the version, or what else is to be said of a server. */
type Check = (deployment: Deployment, options: ConnectClientOptions) => Promise<string>;

async function checkStep(
  title: string,
  check: Check,
  deployment: Deployment,
  context: Context,
  stage: Stage,
): Promise<void> {
  await stage.step(title, async (update) =>
    outcome("unchanged", await check(deployment, { ...context, onWait: update })),
  );
}

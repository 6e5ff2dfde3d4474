import type { Config } from "../../config/config.js";
import { CdcError } from "../../errors.js";
import { shellWord } from "../../shell-words.js";
import { type Deployment, type ServerName, SERVERS } from "../target.js";
import type { Container } from "./containers.js";
import type { ComposeProject } from "./project.js";
import { INNER_PORTS } from "./wanted.js";

/** Where the servers are: for this process on ports of this machine, for Kafka Connect in the project's network. */
export function composeDeployment(
  config: Config,
  project: ComposeProject,
  ports: Readonly<Record<ServerName, number>>,
): Deployment {
  const { adminUser, adminPassword, adminDatabase } = config.postgres;
  const { address, kafkaHost, uiPort } = config.compose;
  const host = hostOf(config);
  const words = `docker compose -p ${shellWord(project.name)} -f ${shellWord(project.file)}`;
  return {
    endpoints: {
      postgres: { host, port: ports.postgres, adminUser, adminPassword, adminDatabase },
      kafka: { brokers: [`${kafkaHost}:${ports.kafka}`] },
      connect: { url: `http://${host}:${ports.connect}` },
    },
    postgresFromConnect: { host: "postgres", port: INNER_PORTS.postgres },
    isLoopbackOnly: address.startsWith("127."),
    reach: [["containers", `docker compose -p ${shellWord(project.name)} ps`]],
    next: [
      { own: "logs connect", what: "what Debezium says" },
      {
        shell: `${words} --profile ui up -d --no-deps ui`,
        what: `a web page on Kafka: http://${host}:${uiPort}`,
      },
      { own: "down", what: "remove the containers; the data stays" },
    ],
  };
}

/** @throws CdcError NOT_DEPLOYED */
export function deploymentOfContainers(
  config: Config,
  project: ComposeProject,
  containers: readonly Container[],
  needed: readonly ServerName[] = SERVERS,
): Deployment {
  const portOf = (server: ServerName) =>
    containers
      .find(({ service, status, isOurs }) => service === server && status === "running" && isOurs)
      ?.ports.get(INNER_PORTS[server]);
  const missing = needed.filter((server) => portOf(server) === undefined);
  if (missing.length > 0) {
    throw new CdcError(
      "NOT_DEPLOYED",
      `not running in the compose project ${project.name}: ${missing.join(", ")}`,
      {
        hint: "cdc-pipeline deploy --target compose",
      },
    );
  }
  const port = (server: ServerName) => portOf(server) ?? 0;
  return composeDeployment(config, project, {
    postgres: port("postgres"),
    kafka: port("kafka"),
    connect: port("connect"),
  });
}

/** An address that stands for all of this machine is reached by loopback. */
export function hostOf({ compose: { address } }: Config): string {
  return address === "0.0.0.0" ? "127.0.0.1" : address;
}

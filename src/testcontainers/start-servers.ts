import { createConnectClient } from "../clients/connect/create-connect-client.js";
import type { KafkaEndpoint } from "../clients/kafka/kafka-endpoint.js";
import { withKafkaAdmin } from "../clients/kafka/with-kafka-admin.js";
import { type PostgresEndpoint, withPostgres } from "../clients/postgres.js";
import type { Context } from "../context.js";
import { CdcError } from "../errors.js";
import { outcome, type Stage } from "../run-stage.js";
import type { Endpoints, ServerName } from "../targets/target.js";
import { notYet, ready, waitUntil } from "../wait/wait-until.js";
import { bracketed, type ContainerPlan, type ContainerPlans, tellAddressCommand } from "./container-plan.js";
import type { ContainerSet } from "./container-set.js";
import type { NetworkLike } from "./network-like.js";

/**
 * Starts the three servers side by side and waits until each answers.
 * @param network where they are put; the set makes one of its own where it is missing
 * @throws CdcError SERVER_DIED, SERVER_NOT_READY
 */
export async function startServers(
  set: ContainerSet,
  plans: ContainerPlans,
  network: NetworkLike | undefined,
  stage: Stage,
  context: Context,
): Promise<{ readonly endpoints: Endpoints; readonly network: NetworkLike }> {
  const failure = new AbortController();
  const together = { ...context, signal: AbortSignal.any([context.signal, failure.signal]) };
  const where = network ?? (await set.makeNetwork());
  const start = async (plan: ContainerPlan) => {
    context.signal.throwIfAborted();
    const container = await set.startContainer(plan, where);
    return { host: container.getHost(), port: container.getMappedPort(plan.port), container };
  };
  const endWith = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      failure.abort(error);
      throw error;
    }
  };
  const wait = (plan: ContainerPlan, address: string, ask: () => Promise<unknown>) =>
    stage.step(plan.image, async (update) => {
      await waitForServer(set, plan.server, ask, together, update).catch(async (error: unknown) => {
        throw await withLog(set, plan.server, error);
      });
      return outcome("started", address);
    });

  const postgresUp = async () => {
    const { host, port } = await start(plans.postgres);
    const endpoint = { host, port, ...loginOf(plans.postgres) };
    await wait(plans.postgres, `${host}:${port}`, () => askPostgres(endpoint));
    return endpoint;
  };
  const kafkaUp = async () => {
    const { host, port, container } = await start(plans.kafka);
    await container.exec(tellAddressCommand(plans.kafka, host, port));
    const endpoint: KafkaEndpoint = { brokers: [`${bracketed(host)}:${port}`] };
    // The worker ends at once where the broker's name means nothing yet: its container comes second.
    const connect = endWith(connectUp());
    connect.catch(() => undefined);
    await wait(plans.kafka, endpoint.brokers.join(), () => askKafka(endpoint));
    return { endpoint, connect: await connect };
  };
  const connectUp = async () => {
    const { host, port } = await start(plans.connect);
    const url = `http://${bracketed(host)}:${port}`;
    await wait(plans.connect, url, () => askConnect(url, together));
    return url;
  };

  // All have to be over before anything is removed: else a container could come into being afterwards.
  const [postgres, rest] = await Promise.allSettled([endWith(postgresUp()), endWith(kafkaUp())]);
  if (failure.signal.aborted) throw failure.signal.reason;
  if (postgres.status === "rejected") throw postgres.reason;
  if (rest.status === "rejected") throw rest.reason;
  const endpoints = {
    postgres: postgres.value,
    kafka: rest.value.endpoint,
    connect: { url: rest.value.connect },
  };
  return { endpoints, network: where };
}

function loginOf({ environment }: ContainerPlan): Omit<PostgresEndpoint, "host" | "port"> {
  const adminUser = environment.POSTGRES_USER ?? "postgres";
  const adminDatabase = environment.POSTGRES_DB ?? adminUser;
  return { adminUser, adminPassword: environment.POSTGRES_PASSWORD ?? "", adminDatabase };
}

/** How often Docker is asked whether the container still runs. */
const CHECK_CONTAINER_EVERY_MS = 500;

async function waitForServer(
  set: ContainerSet,
  server: ServerName,
  ask: () => Promise<unknown>,
  context: Context,
  update: (message: string) => void,
): Promise<void> {
  let checkAtMs = 0;
  await waitUntil({
    ...context,
    intervalMs: 100,
    onReason: update,
    probe: async () => {
      try {
        await ask();
        return ready(undefined);
      } catch (error) {
        // A wrong password does not get right by waiting.
        if (error instanceof CdcError && error.code === "POSTGRES_REFUSED") throw error;
        if (performance.now() >= checkAtMs) {
          await set.requireAlive(server);
          checkAtMs = performance.now() + CHECK_CONTAINER_EVERY_MS;
        }
        return notYet(error instanceof Error ? error.message : String(error));
      }
    },
    onTimeout: (reason) =>
      new CdcError("SERVER_NOT_READY", `${server} did not answer in time; last seen: ${reason}`, {
        hint: "give it more time with withStartupTimeout",
      }),
  });
}

/** A server that runs and does not answer may say why in its log. */
async function withLog(set: ContainerSet, server: ServerName, error: unknown): Promise<unknown> {
  if (!(error instanceof CdcError) || error.code !== "SERVER_NOT_READY") return error;
  const { message, hint = "", cause } = error;
  const log = await set.logs(server, 20);
  return new CdcError(error.code, `${message}; the end of its log:\n${log}`, { hint, cause });
}

const askPostgres = (endpoint: PostgresEndpoint) =>
  withPostgres(endpoint, endpoint.adminDatabase, (client) => client.query("SELECT"));

const askKafka = (endpoint: KafkaEndpoint) =>
  withKafkaAdmin(endpoint, (admin) => admin.describeCluster(), { connectionTimeoutMs: 1_000, retries: 0 });

async function askConnect(url: string, { signal }: Context): Promise<void> {
  const { healthy, message } = await createConnectClient({ url }, { signal }).health();
  if (!healthy) throw new CdcError("SERVER_NOT_READY", message);
}

import type { RegisteredConnector, TaskState } from "../clients/connect/connect-client.js";
import { createConnectClient } from "../clients/connect/create-connect-client.js";
import { surveyTopics, type TopicSummary } from "../clients/kafka/survey-topics.js";
import type { Context } from "../context.js";
import { toCdcError } from "../errors.js";
import type { Deployment, ServerName, Target } from "../targets/target.js";
import { hideSecretsOf } from "../ui/hide-secrets.js";
import { wantedTopics } from "./describe-databases.js";
import type { Asked, RawLook } from "./raw-look.js";
import { readPostgres } from "./read-postgres.js";

/**
 * Looks at everything once: one request to Kafka Connect, three statements to PostgreSQL, three requests to a broker,
 * however many databases there are. What does not answer is said to be so.
 * @param isFirst of several looks: only then is PostgreSQL asked what its files of WAL tell
 */
export async function look(
  target: Target,
  context: Context,
  { isFirst }: { readonly isFirst: boolean },
): Promise<RawLook> {
  const servers = await target.status(context);
  // Before anything is asked: what is written meanwhile counts as written since.
  const atMs = Date.now();
  const ask = async <Value>(
    server: ServerName,
    read: (deployment: Deployment) => Promise<Value>,
  ): Promise<Asked<Value>> => {
    const isUp = servers.some((status) => status.server === server && status.state === "running");
    if (!isUp) return { unknown: `${server} does not run` };
    try {
      return { value: await read(await target.find(context, [server])) };
    } catch (error) {
      context.signal.throwIfAborted();
      return { unknown: toCdcError(error).message };
    }
  };
  const askConnect = ask("connect", (deployment) => readConnectors(deployment, context));
  const askTopics = async (): Promise<Asked<ReadonlyMap<string, TopicSummary>>> => {
    const connectors = await askConnect;
    // Without them nobody knows which topics count.
    if ("unknown" in connectors) return { unknown: connectors.unknown };
    const isWanted = wantedTopics(connectors);
    return ask("kafka", ({ endpoints }) => surveyTopics(endpoints.kafka, isWanted));
  };
  const askPostgres = ask("postgres", ({ endpoints }) =>
    readPostgres(endpoints.postgres, { withFiles: isFirst }),
  );
  const [connectors, postgres, topics] = await Promise.all([askConnect, askPostgres, askTopics()]);
  const hasArchive = target.recovery !== undefined;
  return { atMs, target: target.name, servers, connectors, postgres, topics, hasArchive };
}

async function readConnectors(
  { endpoints }: Deployment,
  context: Context,
): Promise<readonly RegisteredConnector[]> {
  const onWait = (message: string) => context.report({ type: "notice", message });
  return withoutSecrets(await createConnectClient(endpoints.connect, { ...context, onWait }).connectors());
}

/** A trace may quote a configuration, and what is found is shown. */
function withoutSecrets(connectors: readonly RegisteredConnector[]): RegisteredConnector[] {
  const hide = hideSecretsOf(connectors.map(({ config }) => config));
  const hidden = (state: TaskState): TaskState =>
    state.trace === undefined ? state : { ...state, trace: hide(state.trace) };
  return connectors.map((connector) => {
    const { status } = connector;
    if (status === undefined) return connector;
    const tasks = status.tasks.map((task) => ({ ...task, ...hidden(task) }));
    return { ...connector, status: { ...status, connector: hidden(status.connector), tasks } };
  });
}

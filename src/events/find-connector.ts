import type { ConnectClient, ConnectorConfig } from "../clients/connect/connect-client.js";
import { createConnectClient } from "../clients/connect/create-connect-client.js";
import { readTopics } from "../connectors/read-topics.js";
import type { Context } from "../context.js";
import { isPostgresConnector } from "../doctor/debezium-setting.js";
import { CdcError } from "../errors.js";
import type { Target } from "../targets/target.js";
import { deadlineIn } from "../wait/deadline.js";

export interface FoundConnector {
  readonly config: ConnectorConfig;
  /** The topics that it has used so far. */
  readonly topics: () => Promise<readonly string[]>;
}

/** Events come from Kafka: Kafka Connect is not waited for long. */
const PATIENCE_MS = 3_000;

/**
 * The connector whose events are read.
 * @param isNamed whether it was asked for: it must be there then
 * @returns undefined where there is none, or nobody can be asked
 * @throws CdcError CONNECTOR_UNKNOWN, CONNECT_UNREACHABLE of one that is named
 */
export async function findConnector(
  target: Target,
  name: string,
  isNamed: boolean,
  context: Context,
): Promise<FoundConnector | undefined> {
  const deadline = isNamed ? context.deadline : deadlineIn(PATIENCE_MS);
  try {
    const { endpoints } = await target.find(context, ["connect"]);
    const client: ConnectClient = createConnectClient(endpoints.connect, {
      signal: context.signal,
      deadline,
    });
    const config = await client.config(name);
    if (config !== undefined && isPostgresConnector(config)) {
      return { config, topics: () => readTopics(client, name) };
    }
  } catch (error) {
    context.signal.throwIfAborted();
    if (isNamed || !(error instanceof CdcError)) throw error;
    return undefined;
  }
  if (!isNamed) return undefined;
  throw new CdcError("CONNECTOR_UNKNOWN", `there is no PostgreSQL connector ${name}`, {
    hint: "cdc-pipeline connectors list",
  });
}

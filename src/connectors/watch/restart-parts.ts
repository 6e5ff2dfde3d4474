import type { ConnectClient, ConnectorStatus } from "../../clients/connect/connect-client.js";
import type { FailedPart } from "./failed-parts.js";

/**
 * Restarts failed parts of a connector and nothing else: with one request where all that failed is to be restarted,
 * else task by task.
 * @throws CdcError of a Kafka Connect that does not take it
 */
export async function restartParts(
  client: Pick<ConnectClient, "restart" | "restartTask">,
  { name, connector, tasks }: ConnectorStatus,
  parts: readonly FailedPart[],
): Promise<void> {
  const failed = [connector, ...tasks].filter(({ state }) => state === "FAILED").length;
  if (parts.length === failed) {
    await client.restart(name, { includeTasks: true, onlyFailed: true });
    return;
  }
  for (const { task } of parts) {
    if (task === null) await client.restart(name, { includeTasks: false, onlyFailed: true });
    else await client.restartTask(name, task);
  }
}

import type { ConnectClient } from "../../clients/connect/connect-client.js";
import { CdcError } from "../../errors.js";
import type { DatabaseNames } from "../../names.js";
import { connectorHealth } from "../connector-health.js";
import { refusePaused } from "../refuse-paused.js";

/**
 * Ends a wait that would be for nothing: a connector that is paused, failed or gone sends no event.
 * @throws CdcError NOT_STREAMING, CONNECTOR_NOT_RUNNING, CONNECTOR_TASK_FAILED
 */
export async function requireLiveConnector(
  connect: ConnectClient,
  { connector, database }: DatabaseNames,
): Promise<void> {
  const status = await connect.status(connector);
  if (status === undefined) {
    throw new CdcError("NOT_STREAMING", `there is no connector ${connector}`, {
      hint: `cdc-pipeline register ${database}`,
    });
  }
  await refusePaused(connect, status);
  const health = connectorHealth(status);
  if (health.state !== "failed") return;
  throw new CdcError("CONNECTOR_TASK_FAILED", `connector ${connector}: ${health.reason}`, {
    hint: `cdc-pipeline register ${database} restarts it; its log: cdc-pipeline logs connect`,
    cause: new Error(health.trace),
  });
}

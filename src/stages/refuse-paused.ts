import type { ConnectClient, ConnectorStatus } from "../clients/connect.js";
import { CdcError } from "../errors.js";

/**
 * A paused or stopped connector goes on only when somebody resumes it: no wait helps.
 * @throws CdcError CONNECTOR_NOT_RUNNING
 */
export function refusePaused(connect: ConnectClient, status: ConnectorStatus | undefined): void {
  const state = status?.connector.state;
  if (status === undefined || (state !== "PAUSED" && state !== "STOPPED")) return;
  const url = `${connect.url}/connectors/${encodeURIComponent(status.name)}`;
  throw new CdcError("CONNECTOR_NOT_RUNNING", `connector ${status.name} is ${state}`, {
    hint: `curl -X PUT ${url}/resume`,
  });
}

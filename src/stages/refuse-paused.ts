import type { ConnectClient, ConnectorStatus } from "../clients/connect/connect-client.js";
import { CdcError } from "../errors.js";
import { nameArguments } from "../shell-words.js";

/**
 * A paused or stopped connector goes on only when somebody resumes it: no wait helps. A restore of PostgreSQL stops
 * it, and resumed as it is, it would leave out changes.
 * @throws CdcError CONNECTOR_NOT_RUNNING
 */
export async function refusePaused(
  connect: ConnectClient,
  status: ConnectorStatus | undefined,
): Promise<void> {
  const state = status?.connector.state;
  if (status === undefined || (state !== "PAUSED" && state !== "STOPPED")) return;
  const resume = `cdc-pipeline connectors resume ${nameArguments([status.name])}`;
  const database = (await connect.config(status.name))?.["database.dbname"];
  throw new CdcError("CONNECTOR_NOT_RUNNING", `connector ${status.name} is ${state}`, {
    hint: state === "PAUSED" || database === undefined ? resume : afterRestore(database, resume),
  });
}

const afterRestore = (database: string, resume: string): string =>
  `if PostgreSQL was restored since it stopped: cdc-pipeline recapture ${nameArguments([database])}; if not: ${resume}`;

import type { ConnectClient } from "../../clients/connect/connect-client.js";
import { CdcError } from "../../errors.js";
import type { DatabaseNames } from "../../names.js";
import { shellWord } from "../../shell-words.js";
import { connectorHealth } from "../connector-health.js";
import { refusePaused } from "../refuse-paused.js";

/** What Debezium says where the slot is gone, or no longer holds what comes next: to start it again helps nothing. */
const NEEDS_SNAPSHOT = /no longer available on the server|publication ".*" does not exist/;

/**
 * Ends a wait that would be for nothing: a connector that is paused, failed or gone sends no event.
 * @throws CdcError NOT_STREAMING, CONNECTOR_NOT_RUNNING, CONNECTOR_TASK_FAILED
 */
export async function requireLiveConnector(connect: ConnectClient, names: DatabaseNames): Promise<void> {
  const { connector, database } = names;
  const status = (await connect.status(connector)) ?? refuseMissing(names);
  await refusePaused(connect, status);
  const health = connectorHealth(status);
  if (health.state !== "failed") return;
  throw new CdcError("CONNECTOR_TASK_FAILED", `connector ${connector}: ${health.reason}`, {
    hint: NEEDS_SNAPSHOT.test(health.reason)
      ? `cdc-pipeline recapture ${shellWord(database)} makes its slot anew, with a snapshot`
      : `cdc-pipeline register ${database} restarts it; its log: cdc-pipeline logs connect`,
    cause: new Error(health.trace),
  });
}

/** @throws CdcError NOT_STREAMING */
export function refuseMissing({ connector, database }: DatabaseNames): never {
  throw new CdcError("NOT_STREAMING", `there is no connector ${connector}`, {
    hint: `cdc-pipeline register ${database}`,
  });
}

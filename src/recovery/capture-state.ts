import { capturingConnector } from "../capturing-connector.js";
import { createConnectClient } from "../clients/connect/create-connect-client.js";
import type { Context } from "../context.js";
import { readStoredPosition } from "../doctor/facts/stored-position.js";
import { foreseenError } from "../errors.js";
import type { Deployment } from "../targets/target.js";

/** A connector of this program that captures from the server. */
export interface Capturing {
  readonly connector: string;
  readonly database: string;
  readonly topicPrefix: string;
  /** RUNNING, FAILED, PAUSED, STOPPED: of the connector itself. */
  readonly state: string;
  /** Up to where its changes are in Kafka; null where nothing is stored of it. */
  readonly storedLsn: bigint | null;
}

/** Why nothing is known of the connectors, or which there are. */
export type CaptureState =
  | { readonly known: true; readonly connectors: readonly Capturing[] }
  | { readonly known: false; readonly reason: string };

/** The connectors that this program made for the databases of this server. */
export async function readCapturing(
  { endpoints, postgresFromConnect: { host, port } }: Deployment,
  context: Context,
): Promise<CaptureState> {
  try {
    const client = createConnectClient(endpoints.connect, { signal: context.signal });
    const ours = (await client.connectors())
      .filter(
        ({ config }) => config["database.hostname"] === host && config["database.port"] === String(port),
      )
      .map(capturingConnector)
      .filter(({ isOurs }) => isOurs);
    const connectors = await Promise.all(
      ours.map(async ({ name: connector, database, topicPrefix, state }) => {
        const stored = readStoredPosition((await client.offsets(connector)) ?? [], topicPrefix);
        return {
          connector,
          database,
          topicPrefix,
          state: state || "UNASSIGNED",
          storedLsn: stored?.lsn ?? null,
        };
      }),
    );
    return { known: true, connectors };
  } catch (error) {
    return { known: false, reason: foreseenError(error, context.signal).message };
  }
}

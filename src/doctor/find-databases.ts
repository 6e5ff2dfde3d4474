import { createConnectClient } from "../clients/connect/create-connect-client.js";
import type { Context } from "../context.js";
import { foreseenError } from "../errors.js";
import { CONNECTOR_MARK_KEY } from "../stages/own-objects.js";
import type { Deployment } from "../targets/target.js";

/** The databases that have a connector of ours, or why nobody could be asked. */
export interface FoundDatabases {
  readonly databases: readonly string[];
  readonly unknown?: string;
}

/** The databases of this PostgreSQL server that this program has made a connector for, in one request. */
export async function findDatabases(
  { endpoints, postgresFromConnect: { host, port } }: Deployment,
  { signal }: Context,
): Promise<FoundDatabases> {
  try {
    const connectors = await createConnectClient(endpoints.connect, { signal }).connectors();
    const databases = connectors
      .map(({ config }) => config)
      .filter((config) => config[CONNECTOR_MARK_KEY] !== undefined)
      .filter((config) => config["database.hostname"] === host && config["database.port"] === String(port))
      .flatMap((config) => config["database.dbname"] ?? []);
    return { databases: [...new Set(databases)].sort() };
  } catch (error) {
    return { databases: [], unknown: foreseenError(error, signal).message };
  }
}

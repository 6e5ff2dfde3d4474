import { readFile } from "node:fs/promises";

import type { ConnectorConfig } from "../../src/clients/connect/connect-client.js";
import { namesOf } from "../../src/names.js";
import { packagePath } from "../../src/package-root.js";
import { renderConnector } from "../../src/stages/register/render-connector.js";
import type { DiagnosisSource } from "./diagnose.js";

/** What `register` would write for a database, with some settings changed. */
export async function connectorConfig(
  { endpoint, role, password, publication }: DiagnosisSource,
  database: string,
  changes: Readonly<Record<string, string>> = {},
): Promise<ConnectorConfig> {
  const path = packagePath("connectors/postgres.json");
  const { slot, topicPrefix } = namesOf(database);
  const values = {
    "postgres.host": endpoint.host,
    "postgres.port": String(endpoint.port),
    "debezium.user": role,
    "debezium.password": password,
    "debezium.publication": publication,
    "debezium.heartbeatMs": "10000",
    "database.name": database,
    "database.slot": slot,
    "database.topicPrefix": topicPrefix,
  };
  return { ...renderConnector(await readFile(path, "utf8"), values, path), ...changes };
}

import type { ConnectClient, ConnectorConfig } from "../clients/connect/connect-client.js";
import { debeziumSetting, isPostgresConnector } from "../doctor/debezium-setting.js";
import { CdcError } from "../errors.js";
import { type DatabaseNames, namesOf } from "../names.js";
import { shellWord } from "../shell-words.js";

/** The connector whose events are compared. */
export interface ComparedConnector {
  readonly names: DatabaseNames;
  readonly config: ConnectorConfig;
  readonly publication: string;
}

/**
 * The connector that captures a database: the one that is named, else the program's own, else the only one there is.
 * @throws CdcError CONNECTOR_UNKNOWN, NOT_COMPARABLE
 */
export async function findConnector(
  connect: Pick<ConnectClient, "config" | "connectors">,
  database: string,
  wanted?: string,
): Promise<ComparedConnector> {
  const name = wanted ?? namesOf(database).connector;
  const config = await connect.config(name);
  if (config !== undefined) return describe(name, database, config);
  if (wanted !== undefined) {
    throw new CdcError("CONNECTOR_UNKNOWN", `there is no connector ${wanted}`, {
      hint: "cdc-pipeline connectors list",
    });
  }
  const capturing = (await connect.connectors()).filter(
    (connector) => isPostgresConnector(connector.config) && connector.config["database.dbname"] === database,
  );
  const [first, second] = capturing;
  if (first === undefined) {
    throw new CdcError("CONNECTOR_UNKNOWN", `no connector captures ${database}`, {
      hint: `cdc-pipeline up ${shellWord(database)}`,
    });
  }
  if (second !== undefined) {
    const list = capturing.map((connector) => connector.name).join(", ");
    throw new CdcError("CONNECTOR_UNKNOWN", `several connectors capture ${database}: ${list}`, {
      hint: `name one: cdc-pipeline reconcile ${shellWord(database)} --connector ${shellWord(first.name)}`,
    });
  }
  return describe(first.name, database, first.config);
}

/** What a value from a config provider is, only the worker knows; ours has none here. */
function describe(connector: string, database: string, config: ConnectorConfig): ComparedConnector {
  const unfit = unfitness(config, database);
  if (unfit !== undefined) {
    throw new CdcError("NOT_COMPARABLE", `connector ${connector}: ${unfit}`, {
      hint: `its settings: cdc-pipeline connectors get ${shellWord(connector)}`,
    });
  }
  const setting = (key: "slot.name" | "topic.prefix" | "publication.name"): string => {
    const value = debeziumSetting(config, key);
    if (value !== undefined) return value;
    throw new CdcError("NOT_COMPARABLE", `connector ${connector}: ${key} is known to its worker alone`, {
      hint: "give the setting itself in the connector's configuration, not a reference to it",
    });
  };
  return {
    names: { database, connector, slot: setting("slot.name"), topicPrefix: setting("topic.prefix") },
    config,
    publication: setting("publication.name"),
  };
}

function unfitness(config: ConnectorConfig, database: string): string | undefined {
  if (!isPostgresConnector(config)) return `it is no PostgreSQL connector of Debezium`;
  const captured = config["database.dbname"];
  if (debeziumSetting(config, "database.dbname") !== undefined && captured !== database) {
    return `it captures the database ${captured ?? ""}, not ${database}`;
  }
  const plugin = debeziumSetting(config, "plugin.name");
  if (plugin !== undefined && plugin !== "pgoutput") {
    return `it reads through ${plugin}, which knows no publication`;
  }
  const converter = config["value.converter"] ?? "";
  if (converter !== "" && !converter.endsWith(".JsonConverter")) {
    return `its events are no JSON (value.converter: ${converter})`;
  }
  return undefined;
}

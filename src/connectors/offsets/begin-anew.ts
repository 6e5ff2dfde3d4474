import type { RegisteredConnector } from "../../clients/connect/connect-client.js";
import { namesOf } from "../../names.js";
import { nameArguments } from "../../shell-words.js";
import { CONNECTOR_MARK_KEY } from "../../stages/own-objects.js";

/** The commands by which a connector forgets how far it has read: it takes a snapshot of every row then. */
export function forgetCommands(connector: string): string {
  const name = nameArguments([connector]);
  return [
    `cdc-pipeline connectors stop ${name}`,
    `cdc-pipeline connectors offsets --reset --yes ${name}`,
    `cdc-pipeline connectors resume ${name}`,
  ].join(" && ");
}

/** The same for a database's connector of ours, whose slot is made anew as well. */
export function beginAnewCommand({ name, config }: Pick<RegisteredConnector, "name" | "config">): string {
  const database = config["database.dbname"] ?? "";
  const isOurs = config[CONNECTOR_MARK_KEY] !== undefined && name === namesOf(database).connector;
  return isOurs ? `cdc-pipeline recapture ${nameArguments([database])}` : forgetCommands(name);
}

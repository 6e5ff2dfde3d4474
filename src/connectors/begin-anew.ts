import { namesOf } from "../names.js";
import { nameArguments } from "../shell-words.js";

/** The command by which a connector forgets how far it has read, and begins with a snapshot of every row. */
export function beginAnew(connector: string, database: string): string {
  if (database !== "" && connector === namesOf(database).connector)
    return `cdc-pipeline recapture ${nameArguments([database])}`;
  const name = nameArguments([connector]);
  return [
    `cdc-pipeline connectors stop ${name}`,
    `cdc-pipeline connectors offsets --reset --yes ${name}`,
    `cdc-pipeline connectors resume ${name}`,
  ].join(" && ");
}

import { forgetCommands } from "../connectors/offsets/begin-anew.js";
import type { DatabaseNames } from "../names.js";
import { nameArguments, shellWord } from "../shell-words.js";
import { CONNECTOR_MARK_KEY } from "../stages/own-objects.js";
import type { ConnectorFacts } from "./facts/connect-facts.js";
import type { Fix } from "./finding.js";

/** Writes the connector as the template says; one that is not ours only when asked for by name. */
export function registerFix({ database }: DatabaseNames, connector?: ConnectorFacts): Fix {
  const isForeign = connector !== undefined && connector.config[CONNECTOR_MARK_KEY] === undefined;
  const adopt = isForeign ? " --adopt" : "";
  return { kind: "command", command: `cdc-pipeline register ${shellWord(database)}${adopt}` };
}

/** Lets a paused or stopped connector go on. */
export const resumeFix = (name: string): Fix => commandFix(`resume ${nameArguments([name])}`);

/** Restarts a connector with all of its tasks. */
export const restartFix = (name: string): Fix => commandFix(`restart ${nameArguments([name])}`);

/** Has a connector forget how far it has read, so that it takes a new snapshot. */
export const newSnapshotFix = (name: string): Fix => ({ kind: "command", command: forgetCommands(name) });

const commandFix = (words: string): Fix => ({
  kind: "command",
  command: `cdc-pipeline connectors ${words}`,
});

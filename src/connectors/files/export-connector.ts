import type { RegisteredConnector } from "../../clients/connect/connect-client.js";
import { CONNECTOR_MARK_KEY } from "../../stages/own-objects.js";
import { isMask, isSecret } from "../secret-values.js";
import { escapeReferences } from "./resolve-config.js";

/** A variable that must be set where the file is used. */
export interface NeededVariable {
  readonly variable: string;
  readonly connector: string;
  readonly key: string;
}

export interface ExportedConnector {
  readonly text: string;
  readonly needed: readonly NeededVariable[];
  /** Whether a secret stands in the text. */
  readonly holdsSecret: boolean;
}

/**
 * A connector as a file that `register -f` takes back as unchanged. What is secret becomes `${env:CONNECTOR_KEY}`; a
 * value that the worker hides always does, for it is known to nobody here.
 */
export function exportConnector(
  { name, config, status }: RegisteredConnector,
  { withSecrets }: { readonly withSecrets: boolean },
): ExportedConnector {
  const needed: NeededVariable[] = [];
  let holdsSecret = false;
  const entries = Object.entries(config)
    .filter(([key]) => key !== "name" && key !== CONNECTOR_MARK_KEY)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, value]): [string, string] => {
      const isHidden = isMask(value);
      if (!isHidden && !isSecret(key, value)) return [key, escapeReferences(value)];
      if (withSecrets && !isHidden) {
        holdsSecret = true;
        return [key, escapeReferences(value)];
      }
      const variable = variableOf(name, key);
      needed.push({ variable, connector: name, key });
      return [key, `\${env:${variable}}`];
    });
  const state = status?.connector.state;
  const begins = state === "PAUSED" || state === "STOPPED" ? { initial_state: state } : {};
  const document = { name, ...begins, config: Object.fromEntries(entries) };
  return { text: `${JSON.stringify(document, undefined, 2)}\n`, needed, holdsSecret };
}

function variableOf(connector: string, key: string): string {
  const variable = `${connector}_${key}`.toUpperCase().replace(/[^A-Z0-9]+/g, "_");
  return /^[0-9]/.test(variable) ? `_${variable}` : variable;
}

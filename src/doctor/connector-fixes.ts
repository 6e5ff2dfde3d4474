import type { DatabaseNames } from "../names.js";
import { shellWord } from "../shell-words.js";
import { CONNECTOR_MARK_KEY } from "../stages/own-objects.js";
import type { DoctorSettings } from "./facts/areas.js";
import type { ConnectorFacts } from "./facts/connect-facts.js";
import type { Fix } from "./finding.js";

/** Writes the connector as the template says; one that is not ours only when asked for by name. */
export function registerFix({ database }: DatabaseNames, connector?: ConnectorFacts): Fix {
  const isForeign = connector !== undefined && connector.config[CONNECTOR_MARK_KEY] === undefined;
  const adopt = isForeign ? " --adopt" : "";
  return { kind: "command", command: `cdc-pipeline register ${shellWord(database)}${adopt}` };
}

/** Requests to a connector, one after the other: `PUT /resume`. */
export function curlFix({ connectUrl }: DoctorSettings, name: string, ...requests: readonly string[]): Fix {
  const url = `${connectUrl}/connectors/${encodeURIComponent(name)}`;
  const curls = requests.map((request) => {
    const [method = "GET", path = ""] = request.split(" ");
    // A connector takes a moment to be stopped, and until then keeps its offsets.
    const patience = method === "DELETE" ? "--retry 10 --retry-delay 1 --retry-all-errors " : "";
    return `curl -fsS ${patience}-X ${method} ${shellWord(url + path)}`;
  });
  return { kind: "command", command: curls.join(" && ") };
}

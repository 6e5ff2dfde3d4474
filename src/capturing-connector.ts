import type { RegisteredConnector } from "./clients/connect/connect-client.js";
import { CONNECTOR_MARK_KEY } from "./stages/own-objects.js";

/** What a registered connector says of what it captures; empty text for what it does not say. */
export interface CapturingConnector {
  readonly name: string;
  /** Whether this program made it. */
  readonly isOurs: boolean;
  readonly database: string;
  readonly slot: string;
  readonly topicPrefix: string;
  /** Missing where it names none. */
  readonly publication?: string;
  /** RUNNING, PAUSED, STOPPED, …; empty where the worker does not know. */
  readonly state: string;
}

export function capturingConnector({ name, config, status }: RegisteredConnector): CapturingConnector {
  const publication = config["publication.name"];
  return {
    name,
    isOurs: config[CONNECTOR_MARK_KEY] !== undefined,
    database: config["database.dbname"] ?? "",
    slot: config["slot.name"] ?? "",
    topicPrefix: config["topic.prefix"] ?? "",
    state: status?.connector.state ?? "",
    ...(publication === undefined ? {} : { publication }),
  };
}

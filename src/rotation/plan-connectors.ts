import type { ConnectorConfig, RegisteredConnector } from "../clients/connect/connect-client.js";
import { type KnownServers, whyNotAsked } from "../connectors/postgres-of.js";
import { isReference } from "../connectors/secret-values.js";
import { debeziumSetting, isPostgresConnector } from "../doctor/debezium-setting.js";
import { CdcError } from "../errors.js";
import { nameArguments } from "../shell-words.js";
import { CONNECTOR_MARK_KEY } from "../stages/own-objects.js";

export const PASSWORD_KEY = "database.password";

/** What a rotation does to a connector that logs in as the role. */
export interface ConnectorRotation {
  readonly name: string;
  readonly database: string;
  /** `updated`: gets another configuration, with which it starts anew; `started`: restarted, and looks it up then. */
  readonly status: "updated" | "started" | "unchanged";
  readonly isOurs: boolean;
  /** RUNNING, PAUSED, …; empty where the worker does not know. */
  readonly state: string;
}

export interface RotationWish {
  readonly user: string;
  /** What a configuration is to hold: the password, or the reference to where the worker looks it up. */
  readonly wanted: string;
  /** Tasks that have looked it up may have an old one. */
  readonly isStale: boolean;
  readonly servers: KnownServers;
}

/** Of all connectors those that log in to this server as the role, sorted by name. */
export function planConnectors(
  registered: readonly RegisteredConnector[],
  wish: RotationWish,
): readonly ConnectorRotation[] {
  return registered
    .filter(({ config }) => logsInAs(config, wish))
    .map(({ name, config, status }) => ({
      name,
      database: debeziumSetting(config, "database.dbname") ?? "",
      status: statusOf(config[PASSWORD_KEY], wish),
      isOurs: config[CONNECTOR_MARK_KEY] !== undefined,
      state: status?.connector.state ?? "",
    }))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

function logsInAs(config: ConnectorConfig, { user, servers }: RotationWish): boolean {
  return (
    isPostgresConnector(config) &&
    config["database.user"] === user &&
    whyNotAsked(config, servers) === undefined
  );
}

function statusOf(found: string | undefined, { wanted, isStale }: RotationWish): ConnectorRotation["status"] {
  // Somebody else's reference stays: the new password is to be put where it leads to.
  if (found !== undefined && isReference(found)) return isStale ? "started" : "unchanged";
  return found === wanted ? "unchanged" : "updated";
}

/**
 * The role's password is the only one that they have: without it they would end at their next connection.
 * @throws CdcError CONNECTOR_NOT_OURS
 */
export function refuseOthers(rotations: readonly ConnectorRotation[], user: string): void {
  const others = rotations.filter(({ isOurs, status }) => !isOurs && status !== "unchanged");
  if (others.length === 0) return;
  const names = others.map(({ name }) => name);
  throw new CdcError(
    "CONNECTOR_NOT_OURS",
    `connectors that cdc-pipeline did not make log in as ${user} too, and would be locked out: ${names.join(", ")}`,
    {
      hint: `to have theirs changed as well, say --adopt; what they are: cdc-pipeline connectors get ${nameArguments(names)}`,
      details: { connectors: names },
    },
  );
}

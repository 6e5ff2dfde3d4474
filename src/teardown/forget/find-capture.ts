import { capturingConnector } from "../../capturing-connector.js";
import type { ConnectorConfig, RegisteredConnector } from "../../clients/connect/connect-client.js";
import { createConnectClient } from "../../clients/connect/create-connect-client.js";
import { type KnownServers, whyNotAsked } from "../../connectors/postgres-of.js";
import type { Context } from "../../context.js";
import { debeziumSetting, isPostgresConnector } from "../../doctor/debezium-setting.js";
import { foreseenError } from "../../errors.js";
import { namesOf } from "../../names.js";
import { CONNECTOR_MARK_KEY, DATABASE_MARK } from "../../stages/own-objects.js";
import { deadlineIn } from "../../wait/deadline.js";
import { readSlots, type SlotFacts } from "../capture-facts.js";
import { planRelease, type Release } from "../plan-release.js";
import type { ForgetOptions } from "./forget-options.js";

/** Who captures the databases that are forgotten, and who else reads this PostgreSQL. */
export interface FoundCapture {
  /** The connectors and slots that go. */
  readonly releases: readonly Release[];
  /** Connectors for PostgreSQL that stay, but for those that are known to read another server. */
  readonly others: readonly OtherConnector[];
  /** Why it is not known which connectors there are. */
  readonly unknown?: string;
}

export interface OtherConnector {
  readonly name: string;
  readonly database: string;
  readonly slot: string;
  readonly topicPrefix: string;
  /** Undefined where the worker's config provider gives it. */
  readonly user: string | undefined;
  readonly publication: string | undefined;
}

/** A worker that is there answers; one that rebalances gets this long. */
const CONNECT_MS = 15_000;

export async function findCapture(options: ForgetOptions, context: Context): Promise<FoundCapture> {
  const { connect, postgres, postgresFromConnect, databases } = options;
  const registered = "unknown" in connect ? connect : await readRegistered(connect, context);
  // The slots last: a connector that was seen has made its slot, or will not while it is known of.
  const slots = await readSlots(postgres);
  if ("unknown" in registered) {
    const { releases } = planRelease({ slots, connectors: registered });
    return { releases: of(databases, releases), others: [], unknown: registered.unknown };
  }
  const connectUrl = "unknown" in connect ? "" : connect.url;
  return chooseCapture(registered, slots, databases, { connectUrl, postgres: postgresFromConnect });
}

/** Ours are those that `register` made for a database; what files hold is the user's own. */
export function chooseCapture(
  registered: readonly RegisteredConnector[],
  slots: readonly SlotFacts[],
  databases: readonly string[],
  servers: KnownServers,
): FoundCapture {
  const here = registered.filter(({ config }) => isPostgresConnector(config) && mayReadHere(config, servers));
  const isOurs = ({ config }: RegisteredConnector) => config[CONNECTOR_MARK_KEY] === DATABASE_MARK;
  const connectors = here.map((connector) => ({
    ...capturingConnector(connector),
    isOurs: isOurs(connector),
  }));
  const releases = of(databases, planRelease({ slots, connectors }).releases);
  const going = new Set(releases.map(({ connector }) => connector?.name));
  return { releases, others: here.filter(({ name }) => !going.has(name)).map(otherConnector) };
}

/** A config provider of the worker may name this server as well as another. */
const mayReadHere = (config: ConnectorConfig, servers: KnownServers): boolean =>
  debeziumSetting(config, "database.hostname") === undefined ||
  debeziumSetting(config, "database.port") === undefined ||
  whyNotAsked(config, servers) === undefined;

const of = (databases: readonly string[], releases: readonly Release[]): readonly Release[] =>
  releases.filter(({ database }) => databases.includes(database));

function otherConnector({ name, config }: RegisteredConnector): OtherConnector {
  const user = config["database.user"] ?? "";
  return {
    name,
    database: debeziumSetting(config, "database.dbname") ?? "",
    slot: debeziumSetting(config, "slot.name") ?? "",
    topicPrefix: debeziumSetting(config, "topic.prefix") ?? "",
    user: user.includes("${") ? undefined : user,
    publication: debeziumSetting(config, "publication.name"),
  };
}

/** What the topics of a database begin with. */
export const topicPrefixOf = (database: string, releases: readonly Release[]): string => {
  const prefix = releases.find((release) => release.database === database)?.connector?.topicPrefix ?? "";
  return prefix === "" ? namesOf(database).topicPrefix : prefix;
};

async function readRegistered(
  connect: Exclude<ForgetOptions["connect"], { readonly unknown: string }>,
  { signal, deadline }: Context,
): Promise<readonly RegisteredConnector[] | { readonly unknown: string }> {
  try {
    const short = deadlineIn(Math.min(CONNECT_MS, deadline.remainingMs()));
    return await createConnectClient(connect, { signal, deadline: short }).connectors();
  } catch (error) {
    return { unknown: foreseenError(error, signal).message };
  }
}

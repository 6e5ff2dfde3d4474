import type { DatabaseCheckContext } from "../check.js";
import { isPostgresConnector } from "../debezium-setting.js";
import type { ConnectFacts, ConnectorFacts } from "../facts/connect-facts.js";
import type { DatabaseFacts, TableFacts } from "../facts/database-facts.js";
import { capturesOf } from "./captured-tables.js";
import { type TopicName, topicNameOf, topicNamingOf } from "./topic-name.js";

export interface PublishedTopic {
  readonly table: TableFacts;
  readonly topic: TopicName;
}

type Context = DatabaseCheckContext & { readonly connect: ConnectFacts; readonly database: DatabaseFacts };

/** The database's connector, if there is one. */
export const connectorOf = ({ connect, names }: Omit<Context, "database">): ConnectorFacts | undefined =>
  connect.connectors.find(({ name }) => name === names.connector);

/** The topic of each captured table; none where it cannot be told how the connector names its topics. */
export function publishedTopics(context: Context): PublishedTopic[] {
  const config = connectorOf(context)?.config;
  if (config !== undefined && !isPostgresConnector(config)) return [];
  const naming = topicNamingOf(context.names, config);
  const captures = config === undefined ? () => true : capturesOf(config);
  if (naming === undefined || captures === undefined) return [];
  return context.database.tables
    .filter((table) => table.isPublished && captures(table))
    .map((table) => ({ table, topic: topicNameOf(naming, table) }));
}

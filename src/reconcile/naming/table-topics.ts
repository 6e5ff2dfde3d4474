import type { ConnectorConfig } from "../../clients/connect/connect-client.js";
import { topicNameOf, topicNamingOf } from "../../doctor/topics/topic-name.js";
import { CdcError } from "../../errors.js";
import type { DatabaseNames } from "../../names.js";
import { routeOf } from "./route-topic.js";

interface NamedTable {
  readonly schema: string;
  readonly name: string;
}

/**
 * The topic of each table, as the connector names them and its transforms route them.
 * @param captured all that the connector captures, since one of those may share its topic with one of `tables`
 * @throws CdcError NOT_COMPARABLE where a table's topic cannot be told, or is shared
 */
export function tableTopics(
  tables: readonly NamedTable[],
  captured: readonly NamedTable[],
  names: DatabaseNames,
  config: ConnectorConfig,
): readonly string[] {
  const topicOf = topicFinder(names, config);
  const users = new Map<string, NamedTable[]>();
  for (const table of captured) {
    const topic = topicOf(table);
    if (topic !== undefined) users.set(topic, [...(users.get(topic) ?? []), table]);
  }
  return tables.map((table) => {
    const topic = topicOf(table);
    if (topic === undefined) throw unknownTopic(table, names);
    const sharing = users.get(topic) ?? [];
    if (sharing.length > 1) throw sharedTopic(topic, sharing);
    return topic;
  });
}

function topicFinder(
  names: DatabaseNames,
  config: ConnectorConfig,
): (table: NamedTable) => string | undefined {
  const route = routeOf(config);
  const ownSettings = Object.entries(config).filter(([key]) => !key.startsWith("transforms"));
  const naming = topicNamingOf(names, Object.fromEntries(ownSettings));
  return (table) => (naming === undefined ? undefined : route(topicNameOf(naming, table).name));
}

function unknownTopic({ schema, name }: NamedTable, { connector }: DatabaseNames): CdcError {
  return new CdcError(
    "NOT_COMPARABLE",
    `the connector ${connector} names or routes its topics in a way that cannot be followed: nobody knows where the events of ${schema}.${name} are`,
    { hint: `see topic.naming.strategy and transforms: cdc-pipeline connectors get ${connector}` },
  );
}

function sharedTopic(topic: string, tables: readonly NamedTable[]): CdcError {
  const sharing = tables.map(({ schema, name }) => `${schema}.${name}`).join(" and ");
  return new CdcError("NOT_COMPARABLE", `the events of ${sharing} are in one topic, ${topic}`, {
    hint: "compare the other tables with --table; to compare these, give each a topic of its own",
  });
}

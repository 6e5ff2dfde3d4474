import type { ConnectorConfig } from "../clients/connect/connect-client.js";
import { debeziumSetting } from "../doctor/debezium-setting.js";
import { topicNamingOf } from "../doctor/topics/topic-name.js";
import type { DatabaseNames } from "../names.js";
import { OWN_SCHEMA } from "../stages/own-objects.js";
import type { Aside, DecodedEvent } from "./decode-event.js";
import { tableTopicFilter } from "./table-topics.js";

/** Which topics are read, and which of their events are meant. */
export interface TopicChoice {
  /** What the topics' names begin with, where they are not routed elsewhere. */
  readonly topicPrefix: string;
  /** Topics are routed: those that the connector has used are read, and the events tell their tables. */
  readonly isRouted: boolean;
  /** @param used the topics that the connector has used; only of routed ones */
  readonly isWanted: (topic: string, used: ReadonlySet<string>) => boolean;
  readonly isMeant: (event: DecodedEvent) => boolean;
}

/**
 * @param tables `schema.table`, or a table's name in any schema; all but the program's own where there are none
 * @param asides what is wanted beside the changes of tables
 * @param config of the connector, where it is known
 */
export function chooseTopics(
  names: DatabaseNames,
  tables: readonly string[],
  asides: ReadonlySet<Aside["kind"]>,
  config?: ConnectorConfig,
): TopicChoice {
  const naming = topicNamingOf(names, config);
  const prefixOf = config === undefined ? undefined : debeziumSetting(config, "topic.prefix");
  const topicPrefix = prefixOf ?? names.topicPrefix;
  const asideOf = asideTopics(topicPrefix, config);
  const isAside = (topic: string) => [...asides].some((kind) => asideOf[kind] === topic);
  if (naming?.delimiter === ".") {
    const isOfTable = anyTable({ ...names, topicPrefix }, tables);
    return {
      topicPrefix,
      isRouted: false,
      isWanted: (topic) => isOfTable(topic) || isAside(topic),
      isMeant: () => true,
    };
  }
  return {
    topicPrefix,
    isRouted: true,
    isWanted: (topic, used) => isAside(topic) || (used.has(topic) && !Object.values(asideOf).includes(topic)),
    isMeant: (event) => "value" in event || isOfTables(event, tables),
  };
}

function anyTable(names: DatabaseNames, tables: readonly string[]): (topic: string) => boolean {
  const filters = (tables.length === 0 ? [undefined] : tables).map((table) => tableTopicFilter(names, table));
  return (topic) => filters.some((isOf) => isOf(topic));
}

function asideTopics(prefix: string, config: ConnectorConfig = {}): Readonly<Record<Aside["kind"], string>> {
  return {
    transaction: `${prefix}.${config["topic.transaction"] ?? "transaction"}`,
    heartbeat: `${config["topic.heartbeat.prefix"] ?? "__debezium-heartbeat"}.${prefix}`,
    message: `${prefix}.message`,
  };
}

/** A tombstone of a routed topic does not tell its table: it is shown where all are. */
function isOfTables({ schema, table }: DecodedEvent, tables: readonly string[]): boolean {
  if (tables.length === 0) return schema !== OWN_SCHEMA;
  return tables.some((wanted) => wanted === table || wanted === `${schema}.${table}`);
}

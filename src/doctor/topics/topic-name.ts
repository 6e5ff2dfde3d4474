import type { ConnectorConfig } from "../../clients/connect/connect-client.js";
import type { DatabaseNames } from "../../names.js";
import { debeziumSetting } from "../debezium-setting.js";

/** Longer names are cut. */
export const TOPIC_NAME_MAX_LENGTH = 249;

/** What a connector's topics are named by. */
export interface TopicNaming {
  readonly prefix: string;
  readonly delimiter: string;
}

export interface TopicName {
  readonly name: string;
  /** Whether characters that a topic may not have were replaced by `_`. */
  readonly isReplaced: boolean;
  readonly isCut: boolean;
}

const SCHEMA_NAMING = /\.(Schema|Default)TopicNamingStrategy$/;

/**
 * How the database's topics are named: as its connector says, or as `register` would say where there is
 * none. Undefined where it cannot be told: another strategy, or a transform that routes records elsewhere.
 */
export function topicNamingOf(names: DatabaseNames, config?: ConnectorConfig): TopicNaming | undefined {
  if (config === undefined) return { prefix: names.topicPrefix, delimiter: "." };
  const prefix = debeziumSetting(config, "topic.prefix");
  const delimiter = debeziumSetting(config, "topic.delimiter");
  const strategy = debeziumSetting(config, "topic.naming.strategy") ?? "";
  const isRouted = Object.entries(config).some(
    ([key, value]) => /^transforms\..*\.type$/.test(key) && /Router|Timestamp/.test(value),
  );
  if (prefix === undefined || delimiter === undefined || isRouted || !SCHEMA_NAMING.test(strategy))
    return undefined;
  return { prefix, delimiter };
}

/** The topic of a table, by Debezium's rule: of UTF-16 code units, not of characters. */
export function topicNameOf(
  { prefix, delimiter }: TopicNaming,
  table: { readonly schema: string; readonly name: string },
): TopicName {
  const asked = [prefix, table.schema, table.name].join(delimiter);
  const allowed = asked.replace(/[^A-Za-z0-9._-]/g, "_");
  const name = allowed.slice(0, TOPIC_NAME_MAX_LENGTH);
  return { name, isReplaced: allowed !== asked, isCut: name !== allowed };
}

/** Kafka takes only one of the names that differ in nothing but `.` and `_`: they share their metrics. */
export const collisionKeyOf = (topic: string): string => topic.replaceAll(".", "_");

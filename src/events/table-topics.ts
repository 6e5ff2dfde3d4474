import { CdcError } from "../errors.js";
import type { DatabaseNames } from "../names.js";
import { shellWord } from "../shell-words.js";
import { OWN_SCHEMA } from "../stages/own-objects.js";

const NAMED_TABLES = 20;

/**
 * Which topics hold the changes of the database's tables, or of the one table. The program's own table counts
 * only where it is asked for by its name.
 * @param table `schema.table`, or a table's name in any schema
 */
export function tableTopicFilter({ topicPrefix }: DatabaseNames, table?: string): (topic: string) => boolean {
  // Debezium writes `_` for what a topic's name may not have.
  const wanted = table?.replace(/[^A-Za-z0-9._-]/g, "_");
  return (topic) => {
    const name = tableOf(topic, topicPrefix);
    if (name === undefined) return false;
    if (wanted === undefined) return !name.startsWith(`${OWN_SCHEMA}.`);
    return name === wanted || name.slice(name.indexOf(".") + 1) === wanted;
  };
}

/** `schema.table` of a topic; undefined where it is no table's: another database, heartbeats, messages. */
function tableOf(topic: string, topicPrefix: string): string | undefined {
  if (!topic.startsWith(`${topicPrefix}.`)) return undefined;
  const name = topic.slice(topicPrefix.length + 1);
  return name.includes(".") ? name : undefined;
}

/** @throws CdcError TOPIC_MISSING where there is nothing to read, and nothing to wait for */
export function requireTopics(topics: readonly string[], names: DatabaseNames, table?: string): void {
  const { database, topicPrefix } = names;
  const tables = topics.map((topic) => tableOf(topic, topicPrefix)).filter((name) => name !== undefined);
  if (tables.length === 0) {
    throw new CdcError(
      "TOPIC_MISSING",
      `Kafka has no topic ${topicPrefix}.*: nothing of ${database} has been captured yet`,
      {
        hint: `cdc-pipeline up ${shellWord(database)}`,
      },
    );
  }
  if (table === undefined || topics.some(tableTopicFilter(names, table))) return;
  const named = tables.filter((name) => !name.startsWith(`${OWN_SCHEMA}.`)).sort();
  const more = named.length > NAMED_TABLES ? ` and ${named.length - NAMED_TABLES} more` : "";
  throw new CdcError("TOPIC_MISSING", `Kafka has no topic of a table ${table} in ${database}`, {
    hint: `a table gets its topic with its first event; those that have one: ${named.slice(0, NAMED_TABLES).join(", ")}${more}`,
  });
}

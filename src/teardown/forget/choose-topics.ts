/**
 * The topics of databases: tables, messages, transactions and the heartbeat of each prefix.
 * @param prefixes of the databases that are forgotten
 * @param others of connectors that stay: a longer one of theirs may begin with one of ours
 */
export function chooseTopics(
  topics: readonly string[],
  prefixes: readonly string[],
  others: readonly string[],
): readonly string[] {
  const isOf = (topic: string, prefix: string) =>
    topic.startsWith(`${prefix}.`) || topic === `__debezium-heartbeat.${prefix}`;
  const foreign = others.filter((prefix) => prefix !== "");
  return topics
    .filter((topic) => prefixes.some((prefix) => isOf(topic, prefix)))
    .filter((topic) => !foreign.some((prefix) => isOf(topic, prefix)))
    .sort();
}

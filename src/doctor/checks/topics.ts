import { formatDuration } from "../../format.js";
import { type Check, defineCheck } from "../check.js";
import { debeziumSetting } from "../debezium-setting.js";
import { listSome } from "../list-some.js";
import { databaseTopics } from "../topics/database-topics.js";
import { connectorOf, publishedTopics } from "../topics/published-topics.js";
import { alterTopic } from "./kafka.js";

/* How long topics keep the events, and whether they take them. */

const DAY_MS = 86_400_000;

const compacted = defineCheck({
  code: "TOPIC_COMPACTED_WITHOUT_KEY",
  severity: "error",
  scope: "database",
  needs: ["kafka", "connect", "database"],
  title: "No compacted topic belongs to a table without a key",
  why: "A compacted topic takes only records with a key, and an event of a table without primary key or unique index has none: the broker refuses it, and the connector stops.",
  remedy:
    "Give the table a primary key, or the topic `cleanup.policy=delete`, or the connector `message.key.columns`.",
  look: (context) => {
    const { kafka, settings } = context;
    const keys = debeziumSetting(connectorOf(context)?.config ?? {}, "message.key.columns");
    if (keys !== "") return [];
    return publishedTopics(context).flatMap(({ table, topic: { name } }) => {
      const policy = kafka.topicSettings.get(name)?.["cleanup.policy"] ?? "";
      // Debezium takes the columns of a unique index where there is no primary key.
      const hasKey = table.hasPrimaryKey || table.identityCandidate !== null;
      if (hasKey || !policy.includes("compact")) return [];
      const seen = `${table.qualifiedName} has no key, cleanup.policy is ${policy}`;
      return [{ object: name, seen, fix: alterTopic(settings.brokers, name, "cleanup.policy=delete") }];
    });
  },
});

const retention = defineCheck({
  code: "TOPIC_RETENTION",
  severity: "info",
  scope: "database",
  needs: ["kafka"],
  title: "The topics keep every event",
  why: "Older events are deleted, those of the snapshot too: a consumer that begins later does not get rows that have not changed since.",
  remedy:
    "For consumers that begin later: `retention.ms=-1`, or `cleanup.policy=compact` for tables with a key; or a new snapshot for them.",
  look: ({ kafka, names }) => {
    const limited = databaseTopics(kafka, names)
      .filter(({ settings }) => settings["cleanup.policy"]?.includes("delete") === true)
      .map(({ name, settings }) => ({ name, ms: Number(settings["retention.ms"] ?? -1) }))
      .filter(({ ms }) => ms >= 0)
      .sort((one, other) => one.ms - other.ms);
    const [shortest] = limited;
    if (shortest === undefined) return [];
    return [
      {
        seen: `events are deleted after ${spanOf(shortest.ms)} or more: ${listSome(limited.map(({ name }) => name))}`,
        fix: {
          kind: "advice",
          text: "set retention.ms or cleanup.policy of the topics, if consumers are to begin later",
        },
      },
    ];
  },
});

function spanOf(ms: number): string {
  const days = Math.floor(ms / DAY_MS);
  return days < 2 ? formatDuration(ms) : `${days} days`;
}

export const TOPIC_CHECKS: readonly Check[] = [compacted, retention];

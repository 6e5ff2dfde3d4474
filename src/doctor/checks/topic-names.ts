import { type Check, defineCheck, type Problem } from "../check.js";
import { listSome } from "../list-some.js";
import { publishedTopics } from "../topics/published-topics.js";
import { collisionKeyOf, TOPIC_NAME_MAX_LENGTH } from "../topics/topic-name.js";

/* What Debezium and Kafka make of the tables' names. */

const ADVICE = {
  kind: "advice",
  text: "rename one of the tables, or route its events to another topic with a transform in the connector's template",
} as const;

const collide = defineCheck({
  code: "TOPIC_NAMES_COLLIDE",
  severity: "error",
  scope: "database",
  needs: ["kafka", "connect", "database"],
  title: "Each captured table has a topic of its own",
  why: "Debezium replaces what a topic's name may not hold by `_`, so two tables may come to one topic, where rows of both get the same keys. Of names that differ only in `.` and `_` Kafka takes just one: the second table's first event stops the connector.",
  remedy: "Rename a table, or route its events to another topic with a transform.",
  look: (context) => {
    const topics = publishedTopics(context);
    const byKey = new Map<string, { names: Set<string>; tables: string[] }>();
    for (const { table, topic } of topics) {
      const key = collisionKeyOf(topic.name);
      const group = byKey.get(key) ?? { names: new Set(), tables: [] };
      group.names.add(topic.name);
      group.tables.push(table.qualifiedName);
      byKey.set(key, group);
    }
    const problems: Problem[] = [];
    for (const { names, tables } of byKey.values()) {
      if (tables.length < 2) continue;
      const isSame = names.size === 1;
      const how = isSame ? `all have the topic ${[...names].join("")}` : `have ${[...names].join(" and ")}`;
      problems.push({ object: tables[0] ?? "", seen: `${listSome(tables)} ${how}`, fix: ADVICE });
    }
    for (const existing of context.kafka.topics.keys()) {
      const group = byKey.get(collisionKeyOf(existing));
      const [table] = group?.tables ?? [];
      if (group === undefined || table === undefined || group.names.has(existing)) continue;
      const seen = `the topic ${[...group.names].join(" or ")} cannot be made: there is ${existing}`;
      problems.push({ object: table, seen, fix: ADVICE });
    }
    return problems;
  },
});

const tooLong = defineCheck({
  code: "TOPIC_NAME_TOO_LONG",
  severity: "warning",
  scope: "database",
  needs: ["connect", "database"],
  title: `No topic's name is longer than ${TOPIC_NAME_MAX_LENGTH} characters`,
  why: `Debezium cuts a longer name, so that its end, which tells tables apart, is lost: two tables may come to one topic.`,
  remedy: "Use a shorter `topic.prefix`.",
  look: (context) =>
    publishedTopics(context)
      .filter(({ topic }) => topic.isCut)
      .map(({ table, topic }) => ({
        object: table.qualifiedName,
        seen: `cut to ${topic.name.slice(0, 20)}…${topic.name.slice(-20)}`,
        fix: { kind: "advice", text: "use a shorter topic.prefix in the connector's template" },
      })),
});

const changed = defineCheck({
  code: "TOPIC_NAME_CHANGED",
  severity: "info",
  scope: "database",
  needs: ["connect", "database"],
  title: "The topics are named as their tables are",
  why: "A topic's name may hold only letters, digits, `.`, `_` and `-`; Debezium writes `_` for anything else. Consumers look for the topic under the name given here.",
  remedy: "Nothing has to be done.",
  look: (context) =>
    publishedTopics(context)
      .filter(({ topic }) => topic.isReplaced)
      .map(({ table, topic }) => ({ object: table.qualifiedName, seen: `its topic is ${topic.name}` })),
});

export const TOPIC_NAME_CHECKS: readonly Check[] = [collide, tooLong, changed];

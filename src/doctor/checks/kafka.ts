import { shellWord } from "../../shell-words.js";
import { type Check, defineCheck, type Problem } from "../check.js";
import { debeziumSetting, isPostgresConnector } from "../debezium-setting.js";
import type { Fix } from "../finding.js";
import { listSome } from "../list-some.js";
import { databaseTopics } from "../topics/database-topics.js";
import { connectorOf, publishedTopics } from "../topics/published-topics.js";

/* Whether Kafka can hold the topics: brokers, copies, topics that must be there. */

const unreachable = defineCheck({
  code: "KAFKA_UNREACHABLE",
  severity: "error",
  scope: "server",
  needs: ["reach"],
  title: "Kafka answers",
  why: "Without a broker no event is kept, and Kafka Connect stands still: every slot keeps WAL meanwhile.",
  remedy: "Start the brokers, or correct `kafka.brokers`.",
  look: ({ reach }) =>
    reach.kafka === undefined
      ? []
      : [{ seen: reach.kafka, fix: { kind: "command", command: "cdc-pipeline status" } }],
});

const replicationFactor = defineCheck({
  code: "REPLICATION_FACTOR_IMPOSSIBLE",
  severity: "error",
  scope: "server",
  needs: ["kafka", "connect"],
  title: "There are enough brokers for the copies that new topics ask for",
  why: "A topic that asks for more copies than there are brokers is not made: the first event of its table stops the connector.",
  remedy: "Start the missing brokers, or ask for fewer copies.",
  look: ({ kafka, connect }) => {
    const brokers = kafka.brokers.length;
    const asked = connect.connectors
      .filter(({ config }) => isPostgresConnector(config))
      .map(({ name, config }) => ({
        object: name,
        setting: "topic.creation.default.replication.factor",
        value: debeziumSetting(config, "topic.creation.default.replication.factor") ?? "",
      }));
    const setting = "default.replication.factor";
    const byBroker = { object: setting, setting, value: kafka.brokerSettings[setting] ?? "" };
    return [byBroker, ...asked]
      .filter(({ value }) => Number(value) > brokers)
      .map(({ object, setting, value }): Problem => ({
        object,
        seen: `${setting} is ${value}, ${brokers === 1 ? "there is 1 broker" : `there are ${brokers} brokers`}`,
        fix: { kind: "advice", text: `start the missing brokers, or set ${setting} to ${brokers}` },
      }));
  },
});

const minInsync = defineCheck({
  code: "MIN_INSYNC_IMPOSSIBLE",
  severity: "error",
  scope: "database",
  needs: ["kafka"],
  title: "The topics have as many copies as a write needs",
  why: "Kafka Connect waits for every copy (acks=all). A topic with fewer copies than min.insync.replicas refuses each event: the connector stands still.",
  remedy: "Lower `min.insync.replicas` of the topic, or give it more copies.",
  look: ({ kafka, names, settings }) =>
    databaseTopics(kafka, names).flatMap(
      ({ name, copies, settings: { "min.insync.replicas": needed = "1" } }) => {
        if (Number(needed) <= copies) return [];
        const seen = `min.insync.replicas is ${needed}, ${copies === 1 ? "there is 1 copy" : `there are ${copies} copies`}`;
        const fix = alterTopic(settings.brokers, name, `min.insync.replicas=${copies}`);
        return [{ object: name, seen, fix }];
      },
    ),
});

const notReplicated = defineCheck({
  code: "TOPIC_NOT_REPLICATED",
  severity: "warning",
  scope: "database",
  needs: ["kafka"],
  title: "The topics have a copy on another broker",
  why: "There are several brokers, but these topics are on one each: when that one is down, capture stands still; when its disk is lost, so are the events.",
  remedy: "Raise `default.replication.factor` for new topics, and reassign those that are there.",
  look: ({ kafka, names }) => {
    if (kafka.brokers.length < 2) return [];
    const single = databaseTopics(kafka, names)
      .filter(({ copies }) => copies === 1)
      .map(({ name }) => name);
    if (single.length === 0) return [];
    return [
      {
        seen: `${kafka.brokers.length} brokers, one copy of ${listSome(single)}`,
        fix: {
          kind: "advice",
          text: "give the topics more copies with kafka-reassign-partitions.sh, and raise default.replication.factor",
        },
      },
    ];
  },
});

const notCreated = defineCheck({
  code: "TOPICS_NOT_CREATED",
  severity: "error",
  scope: "database",
  needs: ["kafka", "connect", "database"],
  title: "Every captured table has its topic, or gets it",
  why: "The brokers make no topic by themselves (auto.create.topics.enable is false), and the connector does not ask for any: the first event of such a table stops it.",
  remedy:
    "`topic.creation.default.replication.factor` and `topic.creation.default.partitions` in the connector's template, or make the topics by hand.",
  look: (context) => {
    const { kafka } = context;
    if (kafka.brokerSettings["auto.create.topics.enable"] !== "false") return [];
    const connector = connectorOf(context);
    if (connector?.config["topic.creation.default.replication.factor"] !== undefined) return [];
    const without = publishedTopics(context).filter(({ topic }) => !kafka.topics.has(topic.name));
    if (without.length === 0) return [];
    const isWaiting = without.some(({ table }) => table.rows > 0);
    return [
      {
        severity: isWaiting ? "error" : "warning",
        seen: `auto.create.topics.enable is false, and there is no ${listSome(without.map(({ topic }) => topic.name))}`,
        fix: {
          kind: "advice",
          text: "add topic.creation.default.replication.factor and topic.creation.default.partitions to the connector's template, then register again",
        },
      },
    ];
  },
});

/** Kafka's own tool; the program changes no topic. */
export const alterTopic = (brokers: readonly string[], topic: string, setting: string): Fix => ({
  kind: "command",
  command: `kafka-configs.sh --bootstrap-server ${shellWord(brokers.join(","))} --alter --entity-type topics --entity-name ${topic} --add-config ${setting}`,
});

export const KAFKA_CHECKS: readonly Check[] = [
  unreachable,
  replicationFactor,
  minInsync,
  notCreated,
  notReplicated,
];

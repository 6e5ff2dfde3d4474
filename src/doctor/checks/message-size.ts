import { formatBytes } from "../../format.js";
import { type Check, type DatabaseCheckContext, defineCheck, type Problem } from "../check.js";
import { debeziumSetting } from "../debezium-setting.js";
import type { ConnectFacts } from "../facts/connect-facts.js";
import type { KafkaFacts } from "../facts/kafka-facts.js";
import { databaseTopics } from "../topics/database-topics.js";
import { connectorOf, publishedTopics } from "../topics/published-topics.js";
import { alterTopic } from "./kafka.js";

/* Whether a large row's event gets through Connect's producer and the broker. */

type Context = DatabaseCheckContext & { readonly kafka: KafkaFacts; readonly connect: ConnectFacts };

/** What the connector's producer sends at most; undefined where only the worker knows. */
function requestBytesOf(context: Context): number | undefined {
  const config = connectorOf(context)?.config ?? {};
  const bytes = Number(debeziumSetting(config, "producer.override.max.request.size"));
  return Number.isInteger(bytes) ? bytes : undefined;
}

const brokerBytesOf = ({ brokerSettings }: KafkaFacts): number =>
  Number(brokerSettings["message.max.bytes"] ?? Infinity);

const mismatch = defineCheck({
  code: "MESSAGE_SIZE_MISMATCH",
  severity: "warning",
  scope: "database",
  needs: ["kafka", "connect"],
  title: "The brokers take every message that the connector sends",
  why: "An event that the connector's producer lets through and the broker refuses stops the connector: it is tried again at every restart.",
  remedy:
    "Raise `message.max.bytes` of the brokers, or `max.message.bytes` of the topic, to the producer's `max.request.size`.",
  look: (context) => {
    const { kafka, names, settings } = context;
    const sent = requestBytesOf(context);
    if (sent === undefined) return [];
    const seen = (setting: string, taken: number) =>
      `${setting} is ${taken}, the producer's max.request.size ${sent}`;
    const byBroker = brokerBytesOf(kafka);
    const brokers: Problem[] =
      byBroker >= sent
        ? []
        : [
            {
              object: "message.max.bytes",
              seen: seen("message.max.bytes", byBroker),
              fix: { kind: "advice", text: `set message.max.bytes of the brokers to ${sent} or more` },
            },
          ];
    const topics = databaseTopics(kafka, names).flatMap(({ name, settings: limits }): Problem[] => {
      const taken = Number(limits["max.message.bytes"] ?? Infinity);
      // A topic without a limit of its own has the brokers'.
      if (taken >= sent || taken === byBroker) return [];
      const fix = alterTopic(settings.brokers, name, `max.message.bytes=${sent}`);
      return [{ object: name, seen: seen("max.message.bytes", taken), fix }];
    });
    return [...brokers, ...topics];
  },
});

const largeRows = defineCheck({
  code: "ROW_LARGER_THAN_BROKER_LIMIT",
  severity: "warning",
  scope: "database",
  needs: ["kafka", "connect", "database"],
  title: "Rows are smaller than the messages that Kafka takes",
  why: "An event holds the whole row, and a row that is too large stops the connector. This is an estimate: the average of what PostgreSQL keeps out of line, compressed; single rows and their events are larger.",
  remedy:
    "Raise `producer.override.max.request.size` of the connector and `max.message.bytes` of the topic, or leave the column out (`column.exclude.list`).",
  look: (context) => {
    const { kafka } = context;
    const sent = requestBytesOf(context) ?? Infinity;
    return publishedTopics(context).flatMap(({ table, topic }): Problem[] => {
      const topicLimit = kafka.topicSettings.get(topic.name)?.["max.message.bytes"];
      const limit = Math.min(sent, Number(topicLimit ?? brokerBytesOf(kafka)));
      const average = table.rows === 0 ? 0 : table.toastBytes / table.rows;
      if (average <= limit) return [];
      return [
        {
          object: table.qualifiedName,
          seen: `about ${formatBytes(average)} a row out of line on average, at most ${formatBytes(limit)} a message`,
          fix: {
            kind: "advice",
            text: `raise producer.override.max.request.size in the connector's template and max.message.bytes of ${topic.name}, or exclude the column`,
          },
        },
      ];
    });
  },
});

export const MESSAGE_SIZE_CHECKS: readonly Check[] = [mismatch, largeRows];

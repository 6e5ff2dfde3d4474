import type { ConnectorConfig } from "../../clients/connect/connect-client.js";
import { fetchTopicEnds, type PartitionEnd } from "../../clients/kafka/topic-ends.js";
import { type KafkaAdmin, withKafkaAdmin } from "../../clients/kafka/with-kafka-admin.js";
import { topicNameOf, topicNamingOf } from "../../doctor/topics/topic-name.js";
import type { DatabaseNames } from "../../names.js";
import { notYet, ready } from "../../wait/wait-until.js";
import type { ProbeSubject, WrittenProbe } from "./probe.js";
import type { ProbeOptions } from "./probe-options.js";
import { searchTopics } from "./search-topics.js";
import { waitForEvent } from "./wait-for-event.js";

/** Where the events of a subject are, and from where on they are read. */
export interface FoundTopic {
  readonly topic: string;
  readonly from: readonly PartitionEnd[] | "beginning";
  /** A probe that was written to find the topic, or to have it made; its events are behind `from`. */
  readonly pending?: WrittenProbe;
}

const LOOK_FOR_TOPIC_EVERY_MS = 50;

/** As the connector's own settings name it; undefined where transforms or a naming strategy have a say. */
export function topicOf(
  names: DatabaseNames,
  config: ConnectorConfig,
  { schema, table }: Pick<ProbeSubject, "schema" | "table">,
): string | undefined {
  const naming = topicNamingOf(names, { "topic.prefix": names.topicPrefix, ...config });
  return naming === undefined ? undefined : topicNameOf(naming, { schema, name: table }).name;
}

/**
 * Finds the topic: by its name; where it does not exist yet, by having Kafka Connect make it with a first event; where
 * its name is not known, by seeing in which of the connector's topics a probe comes out.
 * @throws CdcError EVENT_NOT_SEEN, and what `requireLive` throws
 */
export async function findTopic(options: ProbeOptions): Promise<FoundTopic> {
  const { kafka, names, config, subject } = options;
  const topic = topicOf(names, config, subject);
  if (topic === undefined) return searchTopics(options);
  return withKafkaAdmin(kafka, async (admin) => {
    const ends = await fetchTopicEnds(admin, topic);
    if (ends !== undefined) return { topic, from: ends };
    const pending = await subject.write();
    await waitForEvent(topic, options, () => exists(admin, topic), LOOK_FOR_TOPIC_EVERY_MS);
    return { topic, from: "beginning", pending };
  });
}

async function exists(admin: KafkaAdmin, topic: string) {
  const ends = await fetchTopicEnds(admin, topic);
  return ends === undefined ? notYet("the topic does not exist yet") : ready(undefined);
}

import type { DatabaseNames } from "../../names.js";
import type { KafkaFacts } from "../facts/kafka-facts.js";

export interface DatabaseTopic {
  readonly name: string;
  /** Of the partition that has the fewest. */
  readonly copies: number;
  readonly settings: Readonly<Record<string, string>>;
}

/** The topics that are there of one database. */
export function databaseTopics(kafka: KafkaFacts, { topicPrefix }: DatabaseNames): DatabaseTopic[] {
  return [...kafka.topicSettings].flatMap(([name, settings]) => {
    const topic = kafka.topics.get(name);
    if (topic === undefined || !name.startsWith(`${topicPrefix}.`)) return [];
    return [{ name, copies: topic.replicationFactor, settings }];
  });
}

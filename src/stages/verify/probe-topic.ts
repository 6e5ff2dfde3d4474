import {
  fetchTopicEnds,
  type KafkaEndpoint,
  type KafkaOptions,
  type PartitionEnd,
  withKafkaAdmin,
} from "../../clients/kafka.js";
import { type PostgresClient, type PostgresEndpoint, withPostgres } from "../../clients/postgres.js";
import type { Context } from "../../context.js";
import type { DatabaseNames } from "../../names.js";
import { notYet, ready } from "../../wait/wait-until.js";
import { PROBE_TABLE } from "../own-objects.js";
import { withProbeRow } from "./probe-row.js";
import { type EventWait, waitForEvent } from "./wait-for-event.js";

export interface TopicOptions extends EventWait {
  readonly client: PostgresClient;
  readonly kafka: KafkaEndpoint;
  readonly kafkaOptions?: KafkaOptions;
}

export const probeTopicOf = ({ topicPrefix }: DatabaseNames): string => `${topicPrefix}.${PROBE_TABLE}`;

/** Kafka Connect makes the topic with its first event: where there is none yet, a first row goes in for that. */
export async function ensureTopic(options: TopicOptions): Promise<PartitionEnd[]> {
  const { client, kafka, kafkaOptions, names } = options;
  const topic = probeTopicOf(names);
  return withKafkaAdmin(
    kafka,
    async (admin) => {
      const found = await fetchTopicEnds(admin, topic);
      if (found !== undefined) return found;
      const findEnds = async () => {
        const ends = await fetchTopicEnds(admin, topic);
        return ends === undefined ? notYet("the topic does not exist yet") : ready(ends);
      };
      return withProbeRow(client, names.database, () => waitForEvent(topic, options, findEnds));
    },
    kafkaOptions,
  );
}

export interface EarlyTopicOptions {
  readonly postgres: PostgresEndpoint;
  readonly kafka: KafkaEndpoint;
  readonly names: DatabaseNames;
  readonly context: Context;
  /** Throws when the connector will never deliver: failed, paused, gone. */
  readonly requireLiveConnector: (context: Context) => Promise<void>;
}

/** A snapshot may take hours. */
const EARLY_INTERVAL_MS = 100;

/**
 * Sees to the topic while `work` waits for the connector to stream: a row that is in the table by then makes it,
 * whether a snapshot reads the row or it is streamed. It only saves time: what stands in its way is left to the proof.
 * @param work given when the topic is there, or could not be seen to
 */
export async function withEarlyTopic<T>(
  { postgres, kafka, names, context, requireLiveConnector }: EarlyTopicOptions,
  work: (seenTo: Promise<unknown>) => Promise<T>,
): Promise<T> {
  const ended = new AbortController();
  const joint = { ...context, signal: AbortSignal.any([context.signal, ended.signal]) };
  const requireLive = () => requireLiveConnector(joint);
  const seeTo = async () => {
    await requireLive();
    return withPostgres(postgres, names.database, (client) =>
      ensureTopic({
        client,
        kafka,
        kafkaOptions: { connectionTimeoutMs: 1_000, retries: 0 },
        names,
        context: joint,
        update: () => undefined,
        requireLiveConnector: requireLive,
        intervalMs: EARLY_INTERVAL_MS,
      }),
    );
  };
  const seenTo = seeTo().catch(() => undefined);
  try {
    return await work(seenTo);
  } finally {
    ended.abort();
    // Its row is out of the table before this ends.
    await seenTo;
  }
}

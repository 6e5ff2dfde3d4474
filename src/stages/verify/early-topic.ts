import type { KafkaEndpoint } from "../../clients/kafka/kafka-endpoint.js";
import { fetchTopicEnds } from "../../clients/kafka/topic-ends.js";
import { type KafkaAdmin, withKafkaAdmin } from "../../clients/kafka/with-kafka-admin.js";
import { type PostgresClient, type PostgresEndpoint, withPostgres } from "../../clients/postgres.js";
import type { Context } from "../../context.js";
import { CdcError } from "../../errors.js";
import type { DatabaseNames } from "../../names.js";
import { notYet, ready, waitUntil } from "../../wait/wait-until.js";
import { PROBE_TABLE } from "../own-objects.js";
import { prepared } from "./subjects/probe-table.js";

export interface EarlyTopicOptions {
  readonly postgres: PostgresEndpoint;
  readonly kafka: KafkaEndpoint;
  readonly names: DatabaseNames;
  readonly topic: string;
  readonly context: Context;
  /** Throws when no event will ever come. */
  readonly requireLive: () => Promise<void>;
}

export interface EarlyTopic {
  /** When the topic is there, or could not be seen to. */
  readonly seenTo: Promise<unknown>;
  /** Ends it; its row is out of the table then. */
  end(): Promise<void>;
}

const LOOK_EVERY_MS = 100;
const CHECK_EVERY_MS = 1_000;

/**
 * Sees to the topic of the probe table while streaming is waited for. Kafka Connect makes it with its first event: a
 * row that is in the table makes it, whether a snapshot reads the row or it is streamed. It only saves time: what
 * stands in its way is left to the proof.
 */
export function seeToTopic(options: EarlyTopicOptions): EarlyTopic {
  const { postgres, kafka, names, topic, context, requireLive } = options;
  const ended = new AbortController();
  const signal = AbortSignal.any([context.signal, ended.signal]);
  const exists = () =>
    withKafkaAdmin(kafka, async (admin) => (await fetchTopicEnds(admin, topic)) !== undefined, QUICK);
  const seeTo = async () => {
    if (await exists()) return;
    let checkAtMs = performance.now() + CHECK_EVERY_MS;
    const look = async (client: PostgresClient, admin: KafkaAdmin) => {
      if ((await fetchTopicEnds(admin, topic)) !== undefined) return ready(undefined);
      if (performance.now() >= checkAtMs) {
        // Without PostgreSQL or the connector this would last until the deadline; the proof tells what is wrong.
        await Promise.all([client.query("SELECT"), requireLive()]);
        checkAtMs = performance.now() + CHECK_EVERY_MS;
      }
      return notYet("the topic does not exist yet");
    };
    await withPostgres(postgres, names.database, (client) =>
      withRow(client, names.database, () =>
        withKafkaAdmin(
          kafka,
          (admin) =>
            waitUntil({
              intervalMs: LOOK_EVERY_MS,
              deadline: context.deadline,
              signal,
              probe: () => look(client, admin),
              onTimeout: (reason) => new CdcError("EVENT_NOT_SEEN", reason),
            }),
          QUICK,
        ),
      ),
    );
  };
  const seenTo = seeTo().catch(() => undefined);
  return {
    seenTo,
    end: async () => {
      ended.abort();
      await seenTo;
    },
  };
}

const QUICK = { connectionTimeoutMs: 1_000, retries: 0 };

/** Runs `work` while a row is in the probe table for a snapshot to read; it goes again, whatever happens. */
async function withRow<T>(client: PostgresClient, database: string, work: () => Promise<T>): Promise<T> {
  const token = crypto.randomUUID();
  await prepared(database, client.query(`INSERT INTO ${PROBE_TABLE} (token) VALUES ($1)`, [token]));
  try {
    return await work();
  } finally {
    // With it go rows that a killed run left behind.
    await client.query(
      `DELETE FROM ${PROBE_TABLE} WHERE token = $1 OR inserted_at < now() - interval '1 hour'`,
      [token],
    );
  }
}

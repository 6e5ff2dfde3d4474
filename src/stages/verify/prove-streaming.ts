import {
  type ConsumedRecord,
  fetchTopicEnds,
  type KafkaEndpoint,
  type PartitionEnd,
  withKafkaAdmin,
  withTopicReader,
} from "../../clients/kafka.js";
import type { PostgresClient } from "../../clients/postgres.js";
import type { Context } from "../../context.js";
import { CdcError } from "../../errors.js";
import type { DatabaseNames } from "../../names.js";
import { notYet, type Probe, ready, waitUntil } from "../../wait/wait-until.js";
import { PROBE_TABLE } from "../own-objects.js";
import { matchEvent, type ProbeEvent } from "./match-event.js";
import { withProbeRow } from "./probe-row.js";

export interface Proof extends ProbeEvent {
  readonly op: "c";
  /** From the commit's answer to the event's arrival here, by one clock. */
  readonly latencyMs: number;
}

export interface ProofOptions {
  readonly client: PostgresClient;
  readonly kafka: KafkaEndpoint;
  readonly names: DatabaseNames;
  readonly context: Context;
  readonly update: (message: string) => void;
  /** Throws when the connector will never deliver: failed, paused, gone. */
  readonly requireLiveConnector: () => Promise<void>;
}

/** A row may still be read by a snapshot (`op: r`), which proves nothing about streaming: then another goes in. */
const MAX_ROWS = 10;
const CHECK_CONNECTOR_EVERY_MS = 1_000;

/**
 * Puts a row into the probe table and waits for its event; only one that was streamed (`op: c`) counts.
 * @throws CdcError EVENT_NOT_SEEN, NOT_PREPARED, and what `requireLiveConnector` throws
 */
export async function proveStreaming(options: ProofOptions): Promise<Proof> {
  const { client, kafka, names, update } = options;
  const topic = `${names.topicPrefix}.${PROBE_TABLE}`;
  const ends = await ensureTopic(topic, options);
  const records: ConsumedRecord[] = [];
  const insertRows = async (): Promise<Proof> => {
    for (let row = 1; row <= MAX_ROWS; row++) {
      const { event, latencyMs } = await withProbeRow(
        client,
        names.database,
        async (token, committedAtMs) => {
          const found = await waitFor(topic, options, () =>
            Promise.resolve(findEvent(records, token, topic)),
          );
          return { event: found.event, latencyMs: round(found.seenAtMs - committedAtMs) };
        },
      );
      if (event.op === "c") return { ...event, op: event.op, latencyMs };
      update("the row was still read by the snapshot; trying another");
    }
    const message = `${MAX_ROWS} rows were read by a snapshot, one after the other, and none was streamed`;
    throw new CdcError("EVENT_NOT_SEEN", message, { hint: "cdc-pipeline logs connect" });
  };
  return withTopicReader(kafka, topic, ends, (record) => records.push(record), insertRows);
}

/** Kafka Connect makes the topic with its first event: where there is none yet, a first row goes in for that. */
async function ensureTopic(topic: string, options: ProofOptions): Promise<PartitionEnd[]> {
  return withKafkaAdmin(options.kafka, async (admin) => {
    const found = await fetchTopicEnds(admin, topic);
    if (found !== undefined) return found;
    const findEnds = async () => {
      const ends = await fetchTopicEnds(admin, topic);
      return ends === undefined ? notYet("the topic does not exist yet") : ready(ends);
    };
    return withProbeRow(options.client, options.names.database, () => waitFor(topic, options, findEnds));
  });
}

interface SeenEvent {
  readonly event: ProbeEvent;
  readonly seenAtMs: number;
}

function findEvent(records: readonly ConsumedRecord[], token: string, topic: string): Probe<SeenEvent> {
  for (const record of records) {
    const event = matchEvent(record, token);
    if (event !== undefined) return ready({ event, seenAtMs: record.seenAtMs });
  }
  return notYet(`${records.length} other records in ${topic}`);
}

/** Waits for something that the inserted row brings about, for as long as the connector lives. */
async function waitFor<T>(topic: string, options: ProofOptions, probe: () => Promise<Probe<T>>): Promise<T> {
  const { names, context, update, requireLiveConnector } = options;
  let checkAtMs = performance.now() + CHECK_CONNECTOR_EVERY_MS;
  return waitUntil({
    intervalMs: 5,
    ...context,
    onReason: update,
    probe: async () => {
      const answer = await probe();
      if (answer.ready || performance.now() < checkAtMs) return answer;
      await requireLiveConnector();
      checkAtMs = performance.now() + CHECK_CONNECTOR_EVERY_MS;
      return answer;
    },
    onTimeout: (reason) =>
      new CdcError(
        "EVENT_NOT_SEEN",
        `a row was inserted into ${PROBE_TABLE} of ${names.database}, and its event did not arrive in ${topic} in time; last seen: ${reason}`,
        { hint: "cdc-pipeline logs connect; more time: --timeout SECONDS" },
      ),
  });
}

const round = (ms: number): number => Math.round(ms * 10) / 10;

import { type ConsumedRecord, type KafkaEndpoint, withTopicReader } from "../../clients/kafka.js";
import type { PostgresClient } from "../../clients/postgres.js";
import type { Context } from "../../context.js";
import { CdcError } from "../../errors.js";
import type { DatabaseNames } from "../../names.js";
import { notYet, type Probe, ready } from "../../wait/wait-until.js";
import { matchEvent, type ProbeEvent } from "./match-event.js";
import { withProbeRow } from "./probe-row.js";
import { ensureTopic, probeTopicOf } from "./probe-topic.js";
import { waitForEvent } from "./wait-for-event.js";

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

/**
 * Puts a row into the probe table and waits for its event; only one that was streamed (`op: c`) counts.
 * @throws CdcError EVENT_NOT_SEEN, NOT_PREPARED, and what `requireLiveConnector` throws
 */
export async function proveStreaming(options: ProofOptions): Promise<Proof> {
  const { client, kafka, names, update } = options;
  const topic = probeTopicOf(names);
  const ends = await ensureTopic(options);
  const records: ConsumedRecord[] = [];
  const insertRows = async (): Promise<Proof> => {
    for (let row = 1; row <= MAX_ROWS; row++) {
      const { event, latencyMs } = await withProbeRow(
        client,
        names.database,
        async (token, committedAtMs) => {
          const found = await waitForEvent(topic, options, () =>
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

const round = (ms: number): number => Math.round(ms * 10) / 10;

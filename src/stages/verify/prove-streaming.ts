import {
  type ConsumedRecord,
  fetchTopicEnds,
  type PartitionEnd,
  withKafkaAdmin,
  withTopicReader,
} from "../../clients/kafka.js";
import { hasSqlState, type PostgresClient } from "../../clients/postgres.js";
import type { Context } from "../../context.js";
import { CdcError } from "../../errors.js";
import type { DatabaseNames } from "../../names.js";
import { notYet, ready, waitUntil } from "../../wait/wait-until.js";
import { PROBE_TABLE } from "../own-objects.js";
import { matchEvent, type ProbeEvent } from "./match-event.js";

export interface Proof extends ProbeEvent {
  readonly op: "c";
  /** From the commit's answer to the event's arrival here, by one clock. */
  readonly latencyMs: number;
}

/** A row may still be read by a snapshot (`op: r`), which proves nothing about streaming: then another goes in. */
const MAX_ROWS = 10;

/**
 * Puts a row into the probe table and waits for its event; only one that was streamed (`op: c`) counts.
 * The row is removed again, whatever happens.
 * @throws CdcError EVENT_NOT_SEEN, NOT_PREPARED
 */
export async function proveStreaming(
  database: PostgresClient,
  brokers: readonly string[],
  names: DatabaseNames,
  context: Context,
  update: (message: string) => void,
): Promise<Proof> {
  const topic = `${names.topicPrefix}.${PROBE_TABLE}`;
  const ends = await ensureTopic(database, brokers, topic, names, context, update);
  const records: ConsumedRecord[] = [];
  return withTopicReader(
    brokers,
    topic,
    ends,
    (record) => records.push(record),
    async () => {
      for (let row = 1; row <= MAX_ROWS; row++) {
        const proof = await withProbeRow(database, names, async (token, committedAtMs) => {
          const { event, seenAtMs } = await waitForEvent(records, token, topic, names, context, update);
          return event.op === "c"
            ? { ...event, op: event.op, latencyMs: round(seenAtMs - committedAtMs) }
            : undefined;
        });
        if (proof !== undefined) return proof;
        update("the row was still read by the snapshot; trying another");
      }
      throw new CdcError(
        "EVENT_NOT_SEEN",
        `${MAX_ROWS} rows in a row were read by a snapshot, none was streamed`,
        {
          hint: "cdc-pipeline logs connect",
        },
      );
    },
  );
}

/** Kafka Connect makes the topic with its first event: where there is none yet, a first row goes in for that. */
async function ensureTopic(
  database: PostgresClient,
  brokers: readonly string[],
  topic: string,
  names: DatabaseNames,
  context: Context,
  update: (message: string) => void,
): Promise<PartitionEnd[]> {
  return withKafkaAdmin(brokers, async (admin) => {
    const found = await fetchTopicEnds(admin, topic);
    if (found !== undefined) return found;
    return withProbeRow(database, names, () =>
      waitUntil({
        intervalMs: 50,
        deadline: context.deadline,
        signal: context.signal,
        onReason: update,
        probe: async () => {
          const ends = await fetchTopicEnds(admin, topic);
          return ends === undefined ? notYet(`topic ${topic} does not exist yet`) : ready(ends);
        },
        onTimeout: (reason) => eventNotSeen(topic, names, reason),
      }),
    );
  });
}

/** Runs `work` while a row with a token of its own is in the probe table. */
async function withProbeRow<T>(
  database: PostgresClient,
  { database: name }: DatabaseNames,
  work: (token: string, committedAtMs: number) => Promise<T>,
): Promise<T> {
  const token = crypto.randomUUID();
  try {
    await database.query(`INSERT INTO ${PROBE_TABLE} (token) VALUES ($1)`, [token]);
  } catch (error) {
    if (!hasSqlState(error, "42P01") && !hasSqlState(error, "3F000")) throw error;
    throw new CdcError("NOT_PREPARED", `${name} has no probe table ${PROBE_TABLE}`, {
      hint: `cdc-pipeline prepare ${name}`,
      cause: error,
    });
  }
  try {
    return await work(token, performance.now());
  } finally {
    // With it go rows that a killed run left behind.
    await database.query(
      `DELETE FROM ${PROBE_TABLE} WHERE token = $1 OR inserted_at < now() - interval '1 hour'`,
      [token],
    );
  }
}

async function waitForEvent(
  records: readonly ConsumedRecord[],
  token: string,
  topic: string,
  names: DatabaseNames,
  context: Context,
  update: (message: string) => void,
): Promise<{ readonly event: ProbeEvent; readonly seenAtMs: number }> {
  return waitUntil({
    intervalMs: 5,
    deadline: context.deadline,
    signal: context.signal,
    onReason: update,
    probe: () => {
      for (const record of records) {
        const event = matchEvent(record, token);
        if (event !== undefined) return Promise.resolve(ready({ event, seenAtMs: record.seenAtMs }));
      }
      return Promise.resolve(notYet(`${records.length} other events seen in ${topic}`));
    },
    onTimeout: (reason) => eventNotSeen(topic, names, reason),
  });
}

function eventNotSeen(topic: string, { database, connector }: DatabaseNames, reason: string): CdcError {
  return new CdcError(
    "EVENT_NOT_SEEN",
    `a row was inserted into ${PROBE_TABLE} of ${database}, and its event did not arrive in ${topic} in time; last seen: ${reason}`,
    {
      hint: `look at connector ${connector}: cdc-pipeline status; cdc-pipeline logs connect; more time: --timeout SECONDS`,
    },
  );
}

const round = (ms: number): number => Math.round(ms * 10) / 10;

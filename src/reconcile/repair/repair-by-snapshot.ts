import type { ConnectorConfig } from "../../clients/connect/connect-client.js";
import type { ConsumedRecord } from "../../clients/kafka/consumed-record.js";
import type { KafkaEndpoint } from "../../clients/kafka/kafka-endpoint.js";
import { fetchTopicEnds } from "../../clients/kafka/topic-ends.js";
import { withKafkaAdmin } from "../../clients/kafka/with-kafka-admin.js";
import { withTopicReader } from "../../clients/kafka/with-topics-reader.js";
import { type PostgresClient, type PostgresEndpoint, withPostgres } from "../../clients/postgres.js";
import type { Context } from "../../context.js";
import { parseDebeziumJson } from "../../debezium-json.js";
import { CdcError } from "../../errors.js";
import type { DatabaseNames } from "../../names.js";
import { OWN_SCHEMA, PROBE_TABLE } from "../../stages/own-objects.js";
import { notYet, type Probe, ready, waitUntil } from "../../wait/wait-until.js";
import { checkRequests } from "./check-requests.js";
import type { RepairPlan, RepairRequest } from "./plan-repair.js";
import { rowFilter } from "./row-filter.js";
import { sendSignals } from "./send-signals.js";
import { signalChannelOf } from "./signal-channel.js";
import { readSignalTable } from "./signal-table.js";
import { signalsFor, snapshotSignal } from "./snapshot-signals.js";

export interface RepairOptions {
  readonly plan: RepairPlan;
  readonly postgres: PostgresEndpoint;
  readonly kafka: KafkaEndpoint;
  readonly names: DatabaseNames;
  /** The connector's settings as they are in force. */
  readonly config: ConnectorConfig;
  readonly publication: string;
  readonly context: Context;
  /** Told what is waited for. */
  readonly update: (message: string) => void;
  /** Throws when the connector will never deliver: failed, paused, gone. */
  readonly requireLiveConnector: () => Promise<void>;
}

/** The longest signal in a topic, in characters; well below what a record may have. */
const LONGEST_RECORD = 200_000;
const LOOK_EVERY_MS = 20;
const LOOK_AT_CONNECTOR_EVERY_MS = 1_000;
const PROBE_NAME = PROBE_TABLE.slice(OWN_SCHEMA.length + 1);

/**
 * Has Debezium read the plan's rows again, by an incremental snapshot, and waits until they are in Kafka. Asked for last
 * is a row of the program's own, whose event tells that all before it is done.
 * @returns what was asked for: a table whose keys could not be told in SQL is read as a whole
 * @throws CdcError SIGNALS_OFF, NOT_PREPARED, SNAPSHOT_NOT_DONE, and what `requireLiveConnector` throws
 */
export async function repairBySnapshot(options: RepairOptions): Promise<readonly RepairRequest[]> {
  const { plan, postgres, kafka, names, config, publication } = options;
  const channel = signalChannelOf(names.connector, config);
  return withPostgres(postgres, names.database, async (client) => {
    const role = config["database.user"] ?? "";
    const table =
      channel.kind === "source" ? await readSignalTable(client, channel, { role, publication }) : undefined;
    const requests = await checkRequests(client, plan.requests);
    const maxLength = table?.maxLength ?? LONGEST_RECORD;
    await withSentinel(client, options, async (token, waitForRead) => {
      const sentinel = snapshotSignal(OWN_SCHEMA, PROBE_NAME, rowFilter(["token"], [{ token }]));
      const signals = [...requests.flatMap((request) => signalsFor(request, maxLength)), sentinel];
      const takeBack = await sendSignals(signals, { channel, table, client, kafka });
      try {
        await waitForRead();
      } finally {
        await takeBack();
      }
    });
    return requests;
  });
}

type SentinelWork = (token: string, waitForRead: () => Promise<void>) => Promise<void>;

/**
 * Runs `work` while a row is in the probe table whose insert has been streamed: so the only event of it that is still
 * to come is that of a snapshot, which no change in the log can make superfluous.
 */
async function withSentinel(
  client: PostgresClient,
  options: RepairOptions,
  work: SentinelWork,
): Promise<void> {
  const { kafka, names } = options;
  const topic = `${names.topicPrefix}.${PROBE_TABLE}`;
  const token = crypto.randomUUID();
  const ends = (await withKafkaAdmin(kafka, (admin) => fetchTopicEnds(admin, topic))) ?? [];
  if (ends.length === 0) {
    throw new CdcError(
      "NOT_PREPARED",
      `Kafka has no topic ${topic}, by which the end of a snapshot is known`,
      {
        hint: `cdc-pipeline verify ${names.database}`,
      },
    );
  }
  const found: ConsumedRecord[] = [];
  const onRecord = (record: ConsumedRecord) => {
    if (record.value?.includes(token) === true) found.push(record);
  };
  await withTopicReader(kafka, topic, ends, onRecord, async () => {
    await client.query(`INSERT INTO ${PROBE_TABLE} (token) VALUES ($1)`, [token]);
    try {
      await waitFor("the event of a row that was inserted", options, () => probe(found.length > 0));
      const streamed = found.length;
      const isRead = () => found.slice(streamed).some(isOfSnapshot);
      await work(token, () => waitFor("Debezium's incremental snapshot", options, () => probe(isRead())));
    } finally {
      await client.query(`DELETE FROM ${PROBE_TABLE} WHERE token = $1`, [token]);
    }
  });
}

/** A flattened event has no op, and after the insert's own no other can come than the snapshot's. */
function isOfSnapshot({ value }: ConsumedRecord): boolean {
  const op = parseDebeziumJson(value)?.op;
  return op === undefined || op === "r";
}

const probe = (isThere: boolean): Probe<void> => (isThere ? ready(undefined) : notYet("it is not there yet"));

async function waitFor(what: string, options: RepairOptions, look: () => Probe<void>): Promise<void> {
  const { context, update, requireLiveConnector } = options;
  let lookAtMs = performance.now() + LOOK_AT_CONNECTOR_EVERY_MS;
  update(`waiting for ${what}`);
  await waitUntil({
    intervalMs: LOOK_EVERY_MS,
    deadline: context.deadline,
    signal: context.signal,
    probe: async () => {
      const answer = look();
      if (answer.ready || performance.now() < lookAtMs) return answer;
      await requireLiveConnector();
      lookAtMs = performance.now() + LOOK_AT_CONNECTOR_EVERY_MS;
      return answer;
    },
    onTimeout: () =>
      new CdcError("SNAPSHOT_NOT_DONE", `${what} did not arrive in time`, {
        hint: "cdc-pipeline logs connect; Debezium goes on with a snapshot that it has begun; more time: --timeout SECONDS",
      }),
  });
}

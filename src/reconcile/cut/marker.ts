import type { KafkaEndpoint } from "../../clients/kafka/kafka-endpoint.js";
import type { PartitionEnd } from "../../clients/kafka/topic-ends.js";
import { withTopicReader } from "../../clients/kafka/with-topics-reader.js";
import type { PostgresClient } from "../../clients/postgres.js";
import type { Context } from "../../context.js";
import { CdcError } from "../../errors.js";
import { PROBE_TABLE } from "../../stages/own-objects.js";
import { notYet, ready, waitUntil } from "../../wait/wait-until.js";

/** What brings the connector to confirm how far it is. */
export interface Marker {
  /** Whether it writes rows whose events can be waited for. */
  readonly isSeen: boolean;
  /** Writes something small behind all that was committed before; its event holds the token. */
  readonly mark: (token: string) => Promise<void>;
}

const MESSAGE_PREFIX = "cdc-pipeline";
/** Connectors of this program leave it out of the events. */
const HEARTBEAT_PREFIX = "heartbeat";

/**
 * A row that goes into the program's probe table and out again: two transactions, since it is the event of the second
 * that tells the connector's offsets of the first one's commit. A connector that does not capture that table gets a
 * logical message.
 * @param hasHeartbeats whether the connector writes its position at times whatever comes
 */
export function createMarker(
  primary: PostgresClient,
  isProbeCaptured: boolean,
  hasHeartbeats: boolean,
): Marker {
  if (isProbeCaptured) {
    const mark = async (token: string) => {
      await primary.query(`INSERT INTO ${PROBE_TABLE} (token) VALUES ($1)`, [token]);
      await primary.query(`DELETE FROM ${PROBE_TABLE} WHERE token = $1`, [token]);
    };
    return { isSeen: true, mark };
  }
  const prefix = hasHeartbeats ? HEARTBEAT_PREFIX : MESSAGE_PREFIX;
  const mark = async (token: string) => {
    await primary.query("SELECT pg_logical_emit_message(false, $1, $2)", [prefix, token]);
  };
  return { isSeen: false, mark };
}

export interface MarkWait {
  readonly kafka: KafkaEndpoint;
  readonly topic: string;
  /** Where the topic ended before the mark was made. */
  readonly ends: readonly PartitionEnd[];
  readonly context: Context;
  readonly update: (message: string) => void;
  /** Throws when the connector will never deliver: failed, paused, gone. */
  readonly requireLiveConnector: () => Promise<void>;
}

const LOOK_AT_CONNECTOR_EVERY_MS = 1_000;

/**
 * Makes a mark and waits for its event. What was committed before is in Kafka then, unless it lags in another partition.
 * @throws CdcError EVENT_NOT_SEEN, and what `requireLiveConnector` throws
 */
export function seeMark(marker: Marker, options: MarkWait): Promise<void> {
  const { kafka, topic, ends, context, update, requireLiveConnector } = options;
  const token = crypto.randomUUID();
  let isThere = false;
  return withTopicReader(
    kafka,
    topic,
    ends,
    ({ key, value }) => {
      isThere ||= value?.includes(token) === true || key?.includes(token) === true;
    },
    async () => {
      await marker.mark(token);
      let lookAtMs = performance.now() + LOOK_AT_CONNECTOR_EVERY_MS;
      await waitUntil({
        intervalMs: 5,
        ...context,
        onReason: update,
        probe: async () => {
          if (isThere) return ready(undefined);
          if (performance.now() >= lookAtMs) {
            await requireLiveConnector();
            lookAtMs = performance.now() + LOOK_AT_CONNECTOR_EVERY_MS;
          }
          return notYet(`waiting for the event of a row in ${PROBE_TABLE}`);
        },
        onTimeout: (reason) =>
          new CdcError("EVENT_NOT_SEEN", `no event came of a row in ${PROBE_TABLE}; last: ${reason}`, {
            hint: "cdc-pipeline logs connect; more time: --timeout SECONDS",
          }),
      });
    },
  );
}

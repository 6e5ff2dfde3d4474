import { fetchTopicEnds } from "../../clients/kafka/topic-ends.js";
import { withKafkaAdmin } from "../../clients/kafka/with-kafka-admin.js";
import type { Context } from "../../context.js";
import { debeziumSetting } from "../../doctor/debezium-setting.js";
import { awaitConfirmation } from "../cut/await-confirmation.js";
import { createMarker, type Marker, seeMark } from "../cut/marker.js";
import type { ComparedPair } from "./compared-pair.js";

/** How it is known that the events of what the snapshot holds are in Kafka. */
export interface NewestEvents {
  /**
   * Waits for the event of a row that was written after the snapshot. Good enough where nothing is found wrong: in
   * other partitions events may still lag.
   * @returns false where there is no such event to wait for
   */
  see(update: (message: string) => void): Promise<boolean>;
  /** Waits until the connector has confirmed that all of them are there. */
  confirm(update: (message: string) => void): Promise<void>;
}

/** @param lsn what was committed before it is waited for */
export function newestEvents(
  { kafka, primary, found, connector, requireLiveConnector }: ComparedPair,
  lsn: string,
  context: Context,
): NewestEvents {
  const { config, names } = connector;
  const { probeTopic } = found;
  const hasHeartbeats = debeziumSetting(config, "heartbeat.interval.ms") !== "0";
  const marker: Marker = createMarker(primary, probeTopic !== undefined, hasHeartbeats);
  const wait = { context, requireLiveConnector };
  return {
    async see(update) {
      if (probeTopic === undefined) return false;
      const ends = await withKafkaAdmin(kafka, (admin) => fetchTopicEnds(admin, probeTopic));
      // Its first event makes it.
      if (ends === undefined) return false;
      await seeMark(marker, { ...wait, kafka, topic: probeTopic, ends, update });
      return true;
    },
    confirm: (update) => awaitConfirmation({ ...wait, primary, names, marker, lsn, update }),
  };
}

import type { EachBatchPayload } from "kafkajs";

import type { Context } from "../../context.js";
import { CdcError } from "../../errors.js";
import { notYet, ready, waitUntil } from "../../wait/wait-until.js";
import { type ConsumedRecord, toRecord } from "./consumed-record.js";
import type { KafkaEndpoint } from "./kafka-endpoint.js";
import { withConsumer } from "./with-consumer.js";

export interface RecordPlace {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/**
 * Reads single records, each once whatever lies between them. One that is not there any more is left out.
 * @throws CdcError KAFKA_UNREACHABLE
 */
export async function readRecords(
  endpoint: KafkaEndpoint,
  places: readonly RecordPlace[],
  context: Context,
): Promise<readonly ConsumedRecord[]> {
  if (places.length === 0) return [];
  const records: ConsumedRecord[] = [];
  const wanted = offsetsByPartition(places);
  await withConsumer(endpoint, async (consumer, crashed) => {
    await consumer.subscribe({ topics: [...new Set(places.map(({ topic }) => topic))] });
    /** Goes on with the next offset of a partition; one without any is read no further. */
    const goOn = (topic: string, partition: number) => {
      const [offset] = wanted.get(keyOf(topic, partition)) ?? [];
      if (offset === undefined) consumer.pause([{ topic, partitions: [partition] }]);
      else consumer.seek({ topic, partition, offset: String(offset) });
    };
    const eachBatch = ({ batch }: EachBatchPayload): Promise<void> => {
      const { topic, partition } = batch;
      const offsets = wanted.get(keyOf(topic, partition)) ?? [];
      const last = Number(batch.lastOffset());
      // What was fetched before the seek is not what was asked for; kafkajs's types do not tell of this.
      const { fetchedOffset } = batch as typeof batch & { readonly fetchedOffset: string };
      if (offsets[0] !== undefined && Number(fetchedOffset) <= offsets[0]) {
        for (const message of batch.messages) {
          if (offsets.includes(Number(message.offset))) records.push(toRecord(topic, partition, message));
        }
        wanted.set(
          keyOf(topic, partition),
          offsets.filter((offset) => offset > last),
        );
      }
      goOn(topic, partition);
      return Promise.resolve();
    };
    await consumer.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch });
    for (const { topic, partition } of places) goOn(topic, partition);
    const missing = () => [...wanted.values()].reduce((sum, { length }) => sum + length, 0);
    const all = waitUntil({
      intervalMs: 10,
      ...context,
      probe: () =>
        Promise.resolve(missing() === 0 ? ready(undefined) : notYet(`${missing()} records to be read`)),
      onTimeout: (reason) =>
        new CdcError("KAFKA_UNREACHABLE", `Kafka did not hand over single records in time: ${reason}`, {
          hint: "run it again; more time: --timeout SECONDS",
        }),
    });
    await Promise.race([all, crashed]);
  });
  return records;
}

/** Offsets that rise, by topic and partition. */
function offsetsByPartition(places: readonly RecordPlace[]): Map<string, number[]> {
  const offsets = new Map<string, number[]>();
  for (const { topic, partition, offset } of places) {
    const key = keyOf(topic, partition);
    const known = offsets.get(key) ?? [];
    if (!known.includes(offset))
      offsets.set(
        key,
        [...known, offset].sort((a, b) => a - b),
      );
  }
  return offsets;
}

/** Topics' names have no blank. */
const keyOf = (topic: string, partition: number): string => `${topic} ${partition}`;

import { drainTopics } from "../../clients/kafka/drain-topics.js";
import type { KafkaEndpoint } from "../../clients/kafka/kafka-endpoint.js";
import {
  fetchOffsetsSince,
  fetchTopicOffsets,
  type PartitionOffsets,
  type TopicOffsets,
} from "../../clients/kafka/topic-offsets.js";
import { withKafkaAdmin } from "../../clients/kafka/with-kafka-admin.js";
import type { Context } from "../../context.js";
import { CdcError } from "../../errors.js";
import { formatCount, formatDuration } from "../../format.js";
import type { Deadline } from "../../wait/deadline.js";
import { stallLimit } from "../../wait/stall-limit.js";
import { TopicPositions } from "../cut/topic-positions.js";
import type { Engine, RecordChunk } from "../engine/engine.js";
import { RECORD } from "../engine/record-index.js";
import { progressText } from "../progress-text.js";
import type { ComparedTable } from "../tables/compared-table.js";

export type Ends = ReadonlyMap<string, TopicOffsets>;

const TELL_EVERY_MS = 500;
/** Reading much takes long: only that nothing comes any more is too long. */
const ENDLESS: Deadline = { totalMs: Infinity, remainingMs: () => Infinity };

/** Reads the topics of tables into an engine, from their beginnings up to one end after the other. */
export class EventReading {
  /** How many records were read so far. */
  count = 0;
  readonly #kafka: KafkaEndpoint;
  readonly #topics: readonly string[];
  readonly #positions: TopicPositions;
  readonly #engine: Pick<Engine, "addRecords">;
  readonly #context: Context;
  readonly #sinceMs: number | undefined;
  /** By table, when its first event came to Kafka. */
  readonly #firstMs: (number | undefined)[];

  constructor(
    kafka: KafkaEndpoint,
    tables: readonly Pick<ComparedTable, "topic" | "whyNotWhole">[],
    engine: Pick<Engine, "addRecords">,
    context: Context,
    sinceMs?: number,
  ) {
    this.#kafka = kafka;
    this.#topics = tables.map(({ topic }) => topic);
    this.#positions = new TopicPositions(
      tables.map(({ topic, whyNotWhole }) => ({ topic, hasWhole: whyNotWhole === undefined })),
    );
    this.#engine = engine;
    this.#context = context;
    this.#sinceMs = sinceMs;
    this.#firstMs = tables.map(() => undefined);
  }

  get cutOff(): readonly PartitionOffsets[] {
    return this.#positions.cutOff;
  }

  /** When the first event that was read of a table came to Kafka, in milliseconds since 1970. */
  firstEventMs(table: number): number | undefined {
    return this.#firstMs[table];
  }

  /** Where the topics end now. A connection of its own: kafkajs learns late of new partitions. */
  readEnds(): Promise<Ends> {
    return withKafkaAdmin(this.#kafka, (admin) => fetchTopicOffsets(admin, this.#topics));
  }

  /**
   * Reads what came since the last time.
   * @param update told how far it is
   * @returns the numbers of the tables that have more events than before
   * @throws CdcError READING_CUT_OFF, KAFKA_UNREACHABLE
   */
  async readTo(ends: Ends, update: (message: string) => void): Promise<readonly number[]> {
    const records = this.#positions.recordsUpTo(ends);
    const spans = this.#positions.advance(ends, await this.#readSince(ends));
    const startedMs = performance.now();
    let tellAtMs = startedMs + TELL_EVERY_MS;
    let done = 0;
    const { deadline, signal } = this.#context;
    const limit = stallLimit(signal, deadline.totalMs, () => noMoreEvents(done, records, deadline.totalMs));
    const onRecords = async (chunk: RecordChunk): Promise<void> => {
      limit.progress();
      const first = chunk.index[RECORD.timestampMs];
      if (first !== undefined && first < (this.#firstMs[chunk.table] ?? Infinity)) {
        this.#firstMs[chunk.table] = first;
      }
      done += chunk.count;
      this.count += chunk.count;
      await this.#engine.addRecords(chunk);
      if (performance.now() < tellAtMs) return;
      update(progressText(done, records, "events", performance.now() - startedMs));
      tellAtMs = performance.now() + TELL_EVERY_MS;
    };
    try {
      await drainTopics(this.#kafka, spans, onRecords, { signal: limit.signal, deadline: ENDLESS });
    } finally {
      limit.end();
    }
    return [...new Set(spans.map(({ table }) => table))];
  }

  async #readSince(ends: Ends): Promise<ReadonlyMap<string, PartitionOffsets>> {
    const sinceMs = this.#sinceMs;
    if (sinceMs === undefined) return new Map();
    return withKafkaAdmin(this.#kafka, async (admin) => {
      const offsets = new Map<string, PartitionOffsets>();
      for (const topic of ends.keys()) offsets.set(topic, await fetchOffsetsSince(admin, topic, sinceMs));
      return offsets;
    });
  }
}

const noMoreEvents = (done: number, records: number, stallMs: number): CdcError =>
  new CdcError(
    "KAFKA_UNREACHABLE",
    `no event came for ${formatDuration(stallMs)}, after ${formatCount(done)} of ${formatCount(records)}`,
    { hint: "cdc-pipeline status; more time: --timeout SECONDS" },
  );

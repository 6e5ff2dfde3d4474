/** Where the time went, in milliseconds; null where it cannot be told. */
export interface LatencySplit {
  /** From the commit to Debezium's reading of it: PostgreSQL's clock against Kafka Connect's. */
  readonly commitToDebeziumMs: number | null;
  /** From there to the record's time: Kafka Connect's clock, or a broker's where the topic takes its own time. */
  readonly debeziumToKafkaMs: number | null;
  /** From the record's time to its arrival here: that clock against ours. */
  readonly kafkaToHereMs: number | null;
}

/** Points in time in milliseconds since 1970, each by the clock of its own machine. */
export interface Moments {
  /** `source.ts_*`; undefined where the event does not tell. */
  readonly committedMs: number | undefined;
  /** `ts_*` of the event. */
  readonly debeziumMs: number | undefined;
  /** The record's timestamp. */
  readonly kafkaMs: number;
  readonly seenMs: number;
  /** By our clock, from the sending of the commit to the event's arrival: no part can take longer. */
  readonly wholeMs: number;
}

/** Times of records are whole milliseconds. */
const RESOLUTION_MS = 1;

/** What is negative, or longer than the whole, comes of clocks that differ, and is told as such instead. */
export function splitLatency({ committedMs, debeziumMs, kafkaMs, seenMs, wholeMs }: Moments): {
  readonly split: LatencySplit;
  readonly clocksDiffer: boolean;
} {
  let clocksDiffer = false;
  const part = (from: number | undefined, to: number | undefined): number | null => {
    if (from === undefined || to === undefined) return null;
    const ms = to - from;
    if (ms < -RESOLUTION_MS || ms > wholeMs + RESOLUTION_MS) {
      clocksDiffer = true;
      return null;
    }
    return tenths(Math.max(0, ms));
  };
  const split = {
    commitToDebeziumMs: part(committedMs, debeziumMs),
    debeziumToKafkaMs: part(debeziumMs, kafkaMs),
    kafkaToHereMs: part(kafkaMs, seenMs),
  };
  return { split, clocksDiffer };
}

export const tenths = (ms: number): number => Math.round(ms * 10) / 10;

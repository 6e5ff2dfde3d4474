import type { Distribution } from "./distribution.js";
import { readEventTimes } from "./event-times.js";
import type { BeforeContent, Judgement } from "./judge-sights.js";
import type { ProbeOp, WrittenProbe } from "./probe.js";
import type { ProvedProbe } from "./probe-reader.js";
import { type LatencySplit, splitLatency, tenths } from "./split-latency.js";

/** The event that proves capture, where the others are, and how long they took. */
export interface Proof {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** null where the event cannot be decoded: only that it is there is known then. */
  readonly op: "c" | null;
  /** From the commit's answer to the event's arrival here, by one clock. */
  readonly latencyMs: number;
  /** `schema.table` that the row went into. */
  readonly table: string;
  /** By Debezium's events, by rows that were flattened, or only by a record that holds the row's token. */
  readonly how: Judgement["how"];
  /** Each change that was proved, in its order; empty where nothing can be decoded. */
  readonly events: readonly ProofEvent[];
  readonly split: LatencySplit;
  /** Of all probes, where there were several. */
  readonly samples?: Distribution;
  /** What else there is to know, in sentences. */
  readonly notes: readonly string[];
}

export interface ProofEvent {
  readonly op: ProbeOp;
  readonly partition: number;
  readonly offset: number;
  /** null of a row that was flattened, and has none. */
  readonly before: BeforeContent | null;
}

/** One probe as it came out. */
export type ProbeOutcome = Omit<Proof, "table" | "samples" | "notes"> & { readonly clocksDiffer: boolean };

export function outcomeOf({ written, judgement }: ProvedProbe): ProbeOutcome {
  const { record } = leadOf(judgement);
  const { topic, partition, offset, seenAtMs } = record;
  const { split, clocksDiffer } = splitLatency({
    ...readEventTimes(record.value),
    kafkaMs: record.timestampMs,
    seenMs: wallTimeOf(seenAtMs),
    wholeMs: seenAtMs - written.sentAtMs,
  });
  const isDecoded = judgement.how !== "presence";
  return {
    topic,
    partition,
    offset,
    op: isDecoded ? "c" : null,
    latencyMs: latencyOf(written, seenAtMs),
    how: judgement.how,
    events: isDecoded ? judgement.events.map(describeEvent) : [],
    split,
    clocksDiffer,
  };
}

/** The record whose arrival counts: that of the insert. */
function leadOf(judgement: Judgement) {
  if (judgement.how === "presence") return judgement.sight;
  const [insert] = judgement.events;
  if (insert === undefined) throw new Error("a probe was judged proved without an event");
  return insert.sight;
}

const describeEvent = ({ op, sight, before }: Extract<Judgement, { events: unknown }>["events"][number]) => ({
  op,
  partition: sight.record.partition,
  offset: sight.record.offset,
  before,
});

/** An event may be here before the answer to its commit is. */
const latencyOf = ({ committedAtMs }: WrittenProbe, seenAtMs: number): number =>
  tenths(Math.max(0, seenAtMs - committedAtMs));

/** The system's clock may have been set since this process began: it is asked now. */
const wallTimeOf = (atMs: number): number => Date.now() - (performance.now() - atMs);

import type { Random } from "./random.js";
import type { TopicRecord } from "./topic-records.js";

export const MUTATIONS = [
  "delete an event",
  "repeat an event",
  "swap two events",
  "change a value",
  "cut a transaction",
  "drop a tombstone",
] as const;
export type MutationKind = (typeof MUTATIONS)[number];

/** A copy of a topic with one thing wrong in it. */
export interface Mutant {
  readonly kind: MutationKind;
  /** In one line, for a failure's message. */
  readonly what: string;
  /** The key of the event that was tampered with, as JSON. */
  readonly key: string | undefined;
  /** The number of the transaction that was tampered with, if it is one that has metadata. */
  readonly transaction: string | undefined;
  readonly records: readonly TopicRecord[];
}

interface DebeziumEvent {
  readonly op: string;
  readonly after: Readonly<Record<string, unknown>> | null;
  readonly source: { readonly lsn: number; readonly sequence: string };
  readonly transaction: { readonly id: string } | null;
}

export interface MutateOptions {
  /** A column that is no part of the key, whose value is tampered with. */
  readonly column: string;
}

/** One mutation of the kind at a random place where it can be made; undefined where there is none. */
export function mutate(
  kind: MutationKind,
  records: readonly TopicRecord[],
  random: Random,
  options: MutateOptions,
): Mutant | undefined {
  const events = records.map((record) => parse(record));
  const places = records.flatMap((_, at) => (isPlaceFor(kind, at, records, events, options) ? [at] : []));
  if (places.length === 0) return undefined;
  const at = random.pick(places);
  const record = entryAt(records, at);
  const event = events[at];
  const made = {
    kind,
    key: record.key?.toString(),
    transaction: xidOf(event),
    what: `${kind}: number ${at}, ${event?.op ?? "tombstone"} of ${record.key?.toString()}`,
  };
  switch (kind) {
    case "delete an event":
    case "drop a tombstone":
      return { ...made, records: records.toSpliced(at, 1) };
    case "repeat an event": {
      // Where it was, or some records later in its partition.
      const later = Math.min(at + 1 + random.below(5), lastOfPartition(records, at) + 1);
      return { ...made, records: records.toSpliced(later, 0, record) };
    }
    case "swap two events":
      return { ...made, records: records.toSpliced(at, 2, entryAt(records, at + 1), record) };
    case "change a value":
      return { ...made, records: records.with(at, tampered(record, options.column)) };
    case "cut a transaction": {
      const id = xidOf(event);
      const ofIt = events.flatMap((other, index) => (xidOf(other) === id ? [index] : []));
      const gone = new Set(ofIt.slice(Math.ceil(ofIt.length / 2)));
      const what = `${kind} ${id}: ${gone.size} of ${ofIt.length} events`;
      return { ...made, key: undefined, what, records: records.filter((_, index) => !gone.has(index)) };
    }
  }
}

function isPlaceFor(
  kind: MutationKind,
  at: number,
  records: readonly TopicRecord[],
  events: readonly (DebeziumEvent | undefined)[],
  { column }: MutateOptions,
): boolean {
  const event = events[at];
  const key = entryAt(records, at).key?.toString();
  const isLast = () =>
    !records.some((record, index) => index > at && record.key?.toString() === key && record.value !== null);
  switch (kind) {
    case "drop a tombstone":
      // At the end of its partition it might be on its way still.
      return event === undefined && at < lastOfPartition(records, at);
    case "delete an event":
      // What a snapshot read has no transaction; where a later event tells the row anew, nobody can miss it.
      return event !== undefined && (event.transaction !== null || (isLast() && event.op === "r"));
    case "repeat an event":
      return event !== undefined;
    case "swap two events": {
      const next = events[at + 1];
      if (event?.transaction === undefined || next?.transaction === undefined) return false;
      if (event.transaction === null || next.transaction === null) return false;
      if (entryAt(records, at + 1).partition !== entryAt(records, at).partition) return false;
      return event.source.sequence !== next.source.sequence;
    }
    case "change a value":
      // What was replaced later is nowhere else.
      return event?.after?.[column] !== undefined && isLast();
    case "cut a transaction":
      return events.filter((other) => xidOf(event) !== undefined && xidOf(other) === xidOf(event)).length > 1;
  }
}

/** Its transaction's number; the other half of `571:53195829` is the event's own place. */
const xidOf = (event: DebeziumEvent | undefined): string | undefined => event?.transaction?.id.split(":")[0];

function lastOfPartition(records: readonly TopicRecord[], at: number): number {
  return records.findLastIndex(({ partition }) => partition === entryAt(records, at).partition);
}

const parse = ({ value }: TopicRecord): DebeziumEvent | undefined =>
  value === null ? undefined : (JSON.parse(value.toString()) as DebeziumEvent);

function tampered(record: TopicRecord, column: string): TopicRecord {
  const event = parse(record);
  const old = event?.after?.[column];
  const value = typeof old === "number" ? old + 1 : old === null ? 0 : `${JSON.stringify(old)}!`;
  return {
    ...record,
    value: Buffer.from(JSON.stringify({ ...event, after: { ...event?.after, [column]: value } })),
  };
}

function entryAt<T>(list: readonly T[], at: number): T {
  const found = list[at];
  if (found === undefined) throw new Error(`nothing at ${at}`);
  return found;
}

import { CdcError } from "../../errors.js";
import type { Row } from "../../events/decode-event.js";
import { notYet, type Probe, ready } from "../../wait/wait-until.js";
import type { Expectation } from "./expect-events.js";
import { type ProbeSight, textOf } from "./match-event.js";
import { nameOps, OP_NAMES, PROBE_OPS, type ProbeOp, type ProbeSubject, type WrittenProbe } from "./probe.js";

/** What an event's `before` holds: nothing, the key beside placeholders, or the whole row. */
export type BeforeContent = "nothing" | "key" | "row";

export interface ProvedEvent {
  readonly op: ProbeOp;
  readonly sight: ProbeSight;
  /** null of a row that was flattened, and has none. */
  readonly before: BeforeContent | null;
}

/** How a probe is proved: by its events, or only by a record that holds its token. */
export type Judgement =
  | { readonly how: "events" | "flattened"; readonly events: readonly ProvedEvent[] }
  | { readonly how: "presence"; readonly sight: ProbeSight };

interface Judged {
  readonly subject: Pick<ProbeSubject, "replicaIdentity">;
  readonly written: WrittenProbe;
  readonly expectation: Expectation;
}

/**
 * Whether the records that came of a probe prove it: each change once at least, in order, with the right row. A
 * record that cannot be decoded proves its presence, and nothing more can come of its topic.
 * @throws CdcError EVENT_WRONG
 */
export function judgeSights(sights: readonly ProbeSight[], judged: Judged): Probe<Judgement> {
  const found = sortByOp(sights);
  const present = sights.find(({ form }) => form === "presence");
  if (present !== undefined && found.size === 0) return ready({ how: "presence", sight: present });
  requireOrder(found);
  // A trigger may change the row as well, and nobody knows into what.
  for (const op of judged.expectation.ops) requireContent(op, found.get(op), judged);
  const missing = judged.expectation.ops.filter((op) => !found.has(op));
  if (missing.length > 0) {
    return notYet(
      found.size === 0
        ? "no event of the probe yet"
        : `${nameOps(missing)} not seen, ${nameOps([...found.keys()])} seen`,
    );
  }
  const how = sights.some(({ form }) => form === "flattened") ? "flattened" : "events";
  const events = PROBE_OPS.flatMap((op) => {
    const sight = found.get(op);
    return sight === undefined ? [] : [{ op, sight, before: beforeOf(op, sight, judged.subject) }];
  });
  return ready({ how, events });
}

/** The first sight of each change: Debezium may repeat events. Rows without their change come in its order. */
function sortByOp(sights: readonly ProbeSight[]): Map<ProbeOp, ProbeSight> {
  const found = new Map<ProbeOp, ProbeSight>();
  for (const sight of sights) {
    const op = opOf(sight, found);
    if (op !== undefined && !found.has(op)) found.set(op, sight);
  }
  return found;
}

function opOf({ form, op }: ProbeSight, found: ReadonlyMap<ProbeOp, ProbeSight>): ProbeOp | undefined {
  // Behind a delete's own event it says nothing new.
  if (form === "tombstone") return found.get("c")?.form === "flattened" ? "d" : undefined;
  if (op === null && form === "flattened") return found.has("c") ? "u" : "c";
  return PROBE_OPS.find((known) => known === op);
}

/** Of one key, and so of one partition; elsewhere Kafka knows no order. */
function requireOrder(found: ReadonlyMap<ProbeOp, ProbeSight>): void {
  let last: ProbeSight["record"] | undefined;
  for (const sight of PROBE_OPS.flatMap((op) => found.get(op) ?? [])) {
    const { record } = sight;
    const isBeforeLast =
      record.topic === last?.topic && record.partition === last.partition && record.offset < last.offset;
    if (isBeforeLast) throw wrong(sight, "it stands before the event of an earlier change");
    last = record;
  }
}

function requireContent(
  op: ProbeOp,
  sight: ProbeSight | undefined,
  { subject, written, expectation }: Judged,
): void {
  if (sight === undefined) return;
  const { form, before, after } = sight;
  if (form === "tombstone" || op === "t" || expectation.hasOtherValues) return;
  if (op !== "d" && !agrees(after, written.columns))
    throw wrong(sight, "its row is not the one that was written");
  if (form === "flattened") return;
  if (op === "c" && before !== null) throw wrong(sight, "an insert with a row before it");
  if (op === "d" && after !== null) throw wrong(sight, "a delete with a row after it");
  const isWhole = subject.replicaIdentity === "full";
  if (op === "u" && isWhole && !agrees(before, written.columns)) {
    throw wrong(sight, "its row before is not the one that was there");
  }
  if (op === "d" && !agrees(before, isWhole ? written.lastColumns : written.key)) {
    throw wrong(sight, "the row before it is not the one that was deleted");
  }
}

/** A column that the connector leaves out says nothing against it. */
function agrees(row: Row | null, values: ReadonlyMap<string, string>): boolean {
  if (row === null) return false;
  return [...values].every(([name, value]) => !(name in row) || textOf(row[name]) === value);
}

function beforeOf(
  op: ProbeOp,
  { form, before }: ProbeSight,
  { replicaIdentity }: Judged["subject"],
): BeforeContent | null {
  if (form !== "event") return null;
  if (op === "t" || before === null) return "nothing";
  return replicaIdentity === "full" ? "row" : "key";
}

function wrong({ record: { topic, partition, offset }, op }: ProbeSight, why: string): CdcError {
  const known = PROBE_OPS.find((one) => one === op);
  const what = known === undefined ? "event" : `event of the ${OP_NAMES[known]}`;
  return new CdcError(
    "EVENT_WRONG",
    `the ${what} in ${topic}, partition ${partition}, offset ${offset} is not what was committed: ${why}`,
    { hint: "look for transforms and column settings in the connector: cdc-pipeline connectors get" },
  );
}

import type { Expectation } from "./expect-events.js";
import { nameOps, OP_NAMES, type ProbeSubject } from "./probe.js";
import type { ProbeOutcome } from "./proof.js";

interface Facts {
  readonly subject: Pick<ProbeSubject, "replicaIdentity" | "triggers">;
  readonly expectation: Expectation;
  readonly outcome: Pick<ProbeOutcome, "how" | "events">;
  readonly clocksDiffer: boolean;
  /** Whether the only event is the one for which the topic was made or searched. */
  readonly hasMadeTopic: boolean;
}

/** What a person should know beside the proof, a sentence each. */
export function notesOf({ subject, expectation, outcome, clocksDiffer, hasMadeTopic }: Facts): string[] {
  const notes: string[] = [];
  const { how, events } = outcome;
  if (how === "presence") {
    notes.push(
      "presence only: the events cannot be decoded here (they are no JSON of Debezium's), but one of them holds the row's own token; which changes came, and in which order, is not proved",
    );
  }
  if (how === "flattened") {
    notes.push("the connector flattens events: only rows were compared, and there is no before");
  }
  if (how === "events" && events.some(({ op }) => op === "u" || op === "d")) {
    notes.push(beforeNote(subject));
  }
  for (const { op, reason } of expectation.leftOut) notes.push(`${OP_NAMES[op]} is not proved: ${reason}`);
  if (expectation.hasOtherValues && how !== "presence") {
    notes.push("columns are masked, cut or transformed by the connector: values were not compared");
  }
  if (clocksDiffer) {
    notes.push(
      "the clocks of PostgreSQL, Kafka Connect, Kafka and this machine differ by more than an event takes: a part of the latency that would make no sense is left out; the whole is by this machine's clock alone",
    );
  }
  if (hasMadeTopic) notes.push("the latency holds the time in which the event's topic was made or found");
  if (subject.triggers.length > 0) {
    notes.push(`what these triggers of the table did stays: ${subject.triggers.join(", ")}`);
  }
  return notes;
}

function beforeNote({ replicaIdentity }: Facts["subject"]): string {
  const ops = nameOps(["u", "d"]);
  if (replicaIdentity === "full") return `before of ${ops} holds the whole row (REPLICA IDENTITY FULL)`;
  const identity = replicaIdentity === "index" ? "USING INDEX" : "DEFAULT";
  return `before of an update is null, and of a delete holds the key alone, beside stand-ins for columns that are NOT NULL (REPLICA IDENTITY ${identity})`;
}

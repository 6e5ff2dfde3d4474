import type { StatusEvent } from "../connectors/states/follow-statuses.js";
import { rootCause } from "../stages/root-cause.js";

/** A line of `connectors list --watch --json`. Names may be added, never changed. */
export interface ChangeDocument {
  /** When it was seen, in UTC. */
  readonly time: string;
  /** null where it is about Kafka Connect itself. */
  readonly connector: string | null;
  /** null where it is about the connector itself. */
  readonly task: number | null;
  /** null: it was not there. */
  readonly before: string | null;
  /** null: it is gone. Of Kafka Connect itself AWAY or BACK. */
  readonly after: string | null;
  /** The root cause of what has FAILED, or why Kafka Connect is away. */
  readonly reason: string | null;
}

/** What happened, a line each; the first look at all of them is no change. */
export function describeChange(event: StatusEvent): readonly ChangeDocument[] {
  const time = event.time.toISOString();
  const connect = { time, connector: null, task: null, before: null };
  if (event.kind === "away") return [{ ...connect, after: "AWAY", reason: event.reason }];
  if (event.kind === "back") return [{ ...connect, after: "BACK", reason: null }];
  if (event.kind === "snapshot") return [];
  return event.changes.map(({ connector, task, before, after }) => ({
    time,
    connector,
    task: task ?? null,
    before: before?.state ?? null,
    after: after?.state ?? null,
    reason: after?.state === "FAILED" ? rootCause(after.trace ?? "") : null,
  }));
}

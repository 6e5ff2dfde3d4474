import type { ChangeEvent } from "./change-event.js";

/** Which event is waited for, and how long. */
export interface EventOptions<Row = Record<string, unknown>> {
  /** The database of the table; may be left out where there is only one. */
  readonly database?: string;
  /** Milliseconds to wait, 10,000 by default. */
  readonly timeoutMs?: number;
  /** Only these; by default all but `r`, the rows that were there before `start` had ended. */
  readonly op?: ChangeEvent["op"] | readonly ChangeEvent["op"][];
  /** Only events for which it answers true. */
  readonly predicate?: (event: ChangeEvent<Row>) => boolean;
  readonly signal?: AbortSignal;
}

/** Whether an event is one that is waited for. */
export function eventMatcher<Row>({
  op = ["c", "u", "d", "t"],
  predicate = () => true,
}: EventOptions<Row>): (event: ChangeEvent) => boolean {
  return (event) => op.includes(event.op) && predicate(event as ChangeEvent<Row>);
}

import { shellWord } from "../../shell-words.js";
import type { Failure } from "./classify-failure.js";
import type { FailureClass } from "./failure-kinds.js";

/**
 * `restart` was asked for; `result` of a restart; `report` of what only a person can mend; `give-up` at the limit;
 * `wait` for the time of the next restart, of `--once` alone; Kafka Connect `connect-away` and `connect-back`.
 */
export type WatchAction =
  "restart" | "result" | "report" | "give-up" | "wait" | "connect-away" | "connect-back";

/** What the watch did or saw: a line of its log. */
export interface WatchEntry {
  /** ISO 8601, in UTC. */
  readonly time: string;
  /** null where it is about Kafka Connect itself. */
  readonly connector: string | null;
  /** null where it is about the connector itself. */
  readonly task: number | null;
  readonly action: WatchAction;
  readonly class: FailureClass | null;
  /** Why it failed, in one line. */
  readonly cause: string | null;
  /** What to do about it. */
  readonly hint: string | null;
  /** The how manyth restart in a row. */
  readonly attempt: number | null;
  /** When it is restarted next, if it fails until then. */
  readonly nextTry: string | null;
  /** `asked`, `refused`; `running`, `failed`; `left` as it is. */
  readonly result: "asked" | "refused" | "running" | "failed" | "left" | null;
}

type Facts = Partial<Omit<WatchEntry, "time" | "action" | "class" | "cause" | "hint">> & {
  readonly failure?: Partial<Failure>;
};

export function watchEntry(nowMs: number, action: WatchAction, { failure, ...facts }: Facts): WatchEntry {
  return {
    time: isoTime(nowMs),
    connector: null,
    task: null,
    action,
    class: failure?.class ?? null,
    cause: failure?.cause ?? null,
    hint: failure?.hint?.replaceAll("NAME", shellWord(facts.connector ?? "")) ?? null,
    attempt: null,
    nextTry: null,
    result: null,
    ...facts,
  };
}

export const isoTime = (timeMs: number): string => new Date(timeMs).toISOString();

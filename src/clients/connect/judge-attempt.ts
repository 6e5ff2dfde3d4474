import type { AxiosResponse } from "axios";

import { isHtml, messageOf } from "./answer-text.js";
import type { NetworkFailure } from "./network-failure.js";

/** One request to one worker, and what came of it. */
export type Attempt =
  | { readonly url: string; readonly answer: AxiosResponse<unknown>; readonly failure?: undefined }
  | { readonly url: string; readonly failure: NetworkFailure; readonly answer?: undefined };

/**
 * How long a request is made again: `deadline`, until the run's; `return`, as long as a worker takes that is
 * started again, where there was one; `few`, some times; `none`.
 */
export type Patience = "deadline" | "return" | "few" | "none";

export type Verdict =
  | { readonly kind: "take" }
  | {
      readonly kind: "again";
      readonly reason: string;
      readonly patience: Patience;
      /** Another worker is asked, where there is one. */
      readonly elsewhere: boolean;
      /** It may have been done: the truth is read back before it is sent again. */
      readonly isUnsure: boolean;
    };

const REBALANCING = /rebalanc|conflicting operation|stale configuration/i;
const TIMED_OUT = /timed out/i;
/** With HTML in it, the answer to a login that is missing or a redirect stays what it is. */
const NEVER_PASSING: ReadonlySet<number> = new Set([301, 302, 303, 307, 308, 401, 403, 407]);

/** What an attempt means for the request: the rules of docs/connectors.md. */
export function judgeAttempt({ answer, failure }: Attempt, isWrite: boolean): Verdict {
  if (failure !== undefined) {
    const patience = failure.isLasting ? "none" : "return";
    const isUnsure = isWrite && failure.mayHaveArrived;
    return { kind: "again", reason: failure.why, patience, elsewhere: true, isUnsure };
  }
  const { status } = answer;
  const message = messageOf(answer);
  if (status === 409 && REBALANCING.test(message)) {
    const reason = `Kafka Connect is rebalancing (409): ${message}`;
    return { kind: "again", reason, patience: "deadline", elsewhere: false, isUnsure: false };
  }
  const again = {
    kind: "again",
    reason: `${status}: ${message}`,
    elsewhere: true,
    isUnsure: isWrite,
  } as const;
  const isGateway = status === 502 || status === 503 || status === 504;
  if (isGateway) return { ...again, patience: "return", isUnsure: isWrite && status !== 503 };
  if (isHtml(answer.data) && !NEVER_PASSING.has(status)) return { ...again, patience: "return" };
  if (status === 500 && (TIMED_OUT.test(message) || REBALANCING.test(message)))
    return { ...again, patience: "deadline", elsewhere: false };
  if (status === 500) return { ...again, patience: "few" };
  return { kind: "take" };
}

/** How often a request is made at all that fails with `few`. */
export const FEW_ATTEMPTS = 4;
/** A worker that is started again is back by then. */
const RETURN_MS = 120_000;
/** A proxy may be in the middle of something; who asks for the first time wants to know soon. */
const FIRST_CONTACT_MS = 3_000;

/** What is known when it is decided whether to go on. */
export interface Situation {
  /** A worker has answered this client before, or says that it is starting, or the caller asked for patience. */
  readonly isExpected: boolean;
  /** Somebody answered, if not as a worker does. */
  readonly isAnswered: boolean;
  readonly attempts: number;
  readonly elapsedMs: number;
}

/** Whether there is to be another attempt. The run's deadline comes before it. */
export function mayGoOn(
  patience: Patience,
  { isExpected, isAnswered, attempts, elapsedMs }: Situation,
): boolean {
  switch (patience) {
    case "deadline":
      return true;
    case "few":
      return attempts < FEW_ATTEMPTS;
    case "return":
      return elapsedMs < (isExpected ? RETURN_MS : isAnswered ? FIRST_CONTACT_MS : 0);
    case "none":
      return false;
  }
}

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;

/** The pause after so many attempts: doubled each time, and anything up to that, so that many do not come at once. */
export function pauseMs(attempts: number, random: number): number {
  return random * Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(attempts - 1, 10));
}

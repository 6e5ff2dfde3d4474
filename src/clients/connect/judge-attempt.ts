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
      /** A worker is there, and is not ready yet. */
      readonly isStarting?: true;
    };

const REBALANCING = /rebalanc|conflicting operation|stale configuration/i;
const NOT_FORWARDED = /IO Error trying to forward/i;
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
  if (status === 404 && isEmptyServer(answer.data)) {
    const reason = "Kafka Connect is still starting: its REST API is not there yet (404)";
    return { ...again, reason, patience: "return", isUnsure: false, isStarting: true };
  }
  if (isHtml(answer.data) && !NEVER_PASSING.has(status)) return { ...again, patience: "return" };
  // A 409 of the leader, passed on by another worker.
  if (status === 500 && REBALANCING.test(message)) {
    return { ...again, patience: "deadline", elsewhere: false };
  }
  // The leader is gone, and its followers have not noticed yet: that takes a session of Kafka's.
  if (status === 500 && NOT_FORWARDED.test(message)) return { ...again, patience: "return" };
  if (status === 500) return { ...again, patience: "few" };
  return { kind: "take" };
}

/** Jetty listens before Kafka Connect has given it anything to answer, and after: then it answers by itself. */
function isEmptyServer(data: unknown): boolean {
  // To a PUT it says nothing at all, be it one that only has something checked.
  if (data === "") return true;
  if (typeof data === "string") return isHtml(data) && /jetty/i.test(data);
  // Kafka Connect's own errors have an error_code.
  return (
    typeof data === "object" && data !== null && "status" in data && "url" in data && !("error_code" in data)
  );
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

/** How much longer a request is made again, in milliseconds; 0 where it is not. The run's deadline comes before it. */
export function patienceMs(
  patience: Patience,
  { isExpected, isAnswered, attempts, elapsedMs }: Situation,
): number {
  switch (patience) {
    case "deadline":
      return Infinity;
    case "few":
      return attempts < FEW_ATTEMPTS ? Infinity : 0;
    case "return":
      return Math.max(0, (isExpected ? RETURN_MS : isAnswered ? FIRST_CONTACT_MS : 0) - elapsedMs);
    case "none":
      return 0;
  }
}

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;

/** The pause after so many attempts: doubled each time, and anything up to that, so that many do not come at once. */
export function pauseMs(attempts: number, random: number): number {
  return random * Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(attempts - 1, 10));
}

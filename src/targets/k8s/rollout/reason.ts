/** Why something is not ready yet. */
export interface Reason {
  /** One line: `pod postgres-wal-0 cannot be scheduled: …`. */
  readonly text: string;
  /** Waiting would not help. */
  readonly isHopeless: boolean;
  /** The pod to look at. */
  readonly pod?: string;
  /** What to do about it, where that is known; else the pod is to be looked at. */
  readonly hint?: string;
  /** A pod of the version before, which its StatefulSet would never replace by itself. */
  readonly stuck?: { readonly name: string; readonly uid: string };
  /** The container whose log tells more, and whether it is the log of its run before this one. */
  readonly log?: { readonly container: string; readonly previous: boolean };
}

export const passing = (text: string): Reason => ({ text: whole(text), isHopeless: false });
export const hopeless = (text: string): Reason => ({ text: whole(text), isHopeless: true });

/** Without the colon of a reason that is not told: a probe may print nothing. */
const whole = (text: string): string => text.replace(/[:\s]+$/, "");

/** Messages of the cluster may have many lines and repeat themselves. */
export function oneLine(message: string): string {
  const text = message.replace(/\s+/g, " ").trim();
  return text.length <= MAX_CHARACTERS ? text : `${text.slice(0, MAX_CHARACTERS - 1)}…`;
}

const MAX_CHARACTERS = 400;

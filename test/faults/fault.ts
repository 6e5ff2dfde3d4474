import type { ErrorCode } from "../../src/errors.js";
import type { Scene } from "./scene.js";

/** What the struck command says: the code of its error, nothing where it goes through, and nothing more where it is killed. */
export type Sight = ErrorCode | "nothing" | "killed";

/** What has to be done until all is well again; `remedy` is what ends the cause itself, where the program cannot. */
export type Ending =
  | { readonly by: "itself"; readonly remedy?: string }
  | { readonly by: "up"; readonly remedy?: string }
  /** The one command that the program tells, of which `told` must be in what it prints; then `up`. */
  | { readonly by: "command"; readonly told: string };

/** One thing that goes wrong on real servers, and what must come of it. */
export interface Fault {
  /** Names the test and the recorded result. */
  readonly id: string;
  readonly what: string;
  readonly when: string;
  /** What the user may see: which of it depends on the moment at which the fault strikes. */
  readonly sees: readonly Sight[];
  readonly ends: Ending;
  /** Makes it go wrong. @returns what the user's command said */
  readonly strike: (scene: Scene) => Promise<Seen>;
  /** Ends the cause, or does what the program told. */
  readonly remedy?: (scene: Scene) => Promise<void>;
}

export interface Seen {
  readonly sight: Sight;
  /** All that was printed. */
  readonly text: string;
}

/** A fault that a test elsewhere proves. */
export interface ProvedFault {
  readonly id: string;
  readonly what: string;
  readonly when: string;
  readonly sees: readonly Sight[];
  readonly ends: Ending;
  readonly provedBy: { readonly file: string; readonly test: string };
}

/** What a run of a fault showed. */
export interface FaultResult {
  readonly sight: Sight;
  readonly rows: number;
  readonly lost: number;
}

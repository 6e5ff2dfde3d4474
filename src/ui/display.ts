import type { Reporter } from "../progress.js";
import { createPlainDisplay } from "./plain-display.js";
import { createTtyDisplay } from "./tty-display.js";

/** Shows a run to a person while it goes on. It prints no error: the caller does that after `close`. */
export interface Display {
  readonly report: Reporter;
  /** Draws the last state and gives the terminal back; what is reported afterwards is dropped. */
  readonly close: () => Promise<void>;
}

export interface DisplayOptions {
  /** `tty` redraws in place, `plain` adds lines, `silent` shows nothing. */
  readonly mode: "tty" | "plain" | "silent";
  readonly stream: NodeJS.WritableStream;
  /** Whether to show debug lines. */
  readonly verbose: boolean;
  readonly color: boolean;
  /** The databases of this run where they are known beforehand, so that lines name theirs from the first on. */
  readonly databases?: readonly string[];
}

export function createDisplay(options: DisplayOptions): Display {
  switch (options.mode) {
    case "tty":
      return createTtyDisplay(options);
    case "plain":
      return createPlainDisplay(options);
    case "silent":
      return { report: () => undefined, close: () => Promise.resolve() };
  }
}

import { createInterface } from "node:readline/promises";

/** The terminal that a person sits at. */
export interface AskOptions {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  readonly signal: AbortSignal;
}

/**
 * Asks a person; anything but `y` or `yes` is a no, and so is the end of the input.
 * Rejects with an AbortError when the signal is aborted.
 */
export async function ask(question: string, { input, output, signal }: AskOptions): Promise<boolean> {
  // Not as a terminal of its own: Ctrl-C is to reach the process as it always does.
  const reader = createInterface({ input, output, terminal: false });
  try {
    const ended = new Promise<string>((resolve) => reader.once("close", () => resolve("")));
    const answer = await Promise.race([reader.question(`${question} [y/N] `, { signal }), ended]);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    reader.close();
  }
}

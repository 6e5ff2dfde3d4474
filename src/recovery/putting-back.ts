import type { Context } from "../context.js";
import { deadlineIn } from "../wait/deadline.js";

const PUT_BACK_MS = 120_000;

/** For what has to be put back after a failure: an interrupt has been heeded, and time is given anew. */
export const puttingBack = (context: Context): Context => ({
  ...context,
  signal: new AbortController().signal,
  deadline: deadlineIn(PUT_BACK_MS),
});

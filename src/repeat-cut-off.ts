import { sqlStateOf } from "./clients/postgres.js";
import type { Context } from "./context.js";
import { CdcError, type ErrorCode } from "./errors.js";
import type { Ways } from "./targets/target.js";

const MAX_REPEATS = 3;

const UNREACHABLE: ReadonlySet<ErrorCode> = new Set([
  "POSTGRES_UNREACHABLE",
  "CONNECT_UNREACHABLE",
  "KAFKA_UNREACHABLE",
]);

/**
 * Runs the work of a stage, and once more where the way to the servers was cut under it and is there again. A stage
 * looks before it writes: what it did the first time is `unchanged` the second.
 */
export async function repeatCutOff<T>(
  ways: Ways | undefined,
  { report, signal }: Context,
  work: () => Promise<T>,
): Promise<T> {
  for (let repeats = 0; ; repeats += 1) {
    const before = ways?.cuts();
    try {
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      const isCut = ways !== undefined && (ways.cuts() !== before || isOfEndingServer(error));
      if (!isCut || !isUnreachable(error) || repeats === MAX_REPEATS) throw error;
      await ways.mended();
      const message = "the way to the servers was cut, and is there again: this stage begins once more";
      report({ type: "notice", message });
    }
  }
}

/** Sent by a server that shuts down, crashed or starts: its pod is moved, or was evicted. */
const isOfEndingServer = (error: unknown): boolean => /^57P0[123]$/.test(sqlStateOf(error) ?? "");

/** Also of several databases, where each failed of it. */
function isUnreachable(error: unknown): boolean {
  if (!(error instanceof CdcError)) return false;
  if (error.code !== "SEVERAL_FAILED") return UNREACHABLE.has(error.code);
  const { failures } = error.details as { readonly failures: readonly { readonly code: ErrorCode }[] };
  return failures.every(({ code }) => UNREACHABLE.has(code));
}

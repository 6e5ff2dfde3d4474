import type { ErrorCode } from "./errors.js";

interface CdcErrorOptions {
  /** What to do next, a command where possible. */
  readonly hint?: string;
  /** Plain JSON for programs; never a secret. */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/** The only error that the program throws on purpose: what happened in `message`, what to do in `hint`. */
export class CdcError extends Error {
  override readonly name = "CdcError";
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly details: Readonly<Record<string, unknown>> | undefined;

  constructor(code: ErrorCode, message: string, options: CdcErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.details = options.details;
  }
}

/** Any thrown value as a `CdcError`; what nobody foresaw becomes `INTERNAL`, an abort `INTERRUPTED`. */
export function toCdcError(thrown: unknown): CdcError {
  if (thrown instanceof CdcError) return thrown;
  if (thrown instanceof Error && thrown.name === "AbortError") {
    return new CdcError("INTERRUPTED", "interrupted", {
      hint: "run the same command again: it goes on from what is there",
      cause: thrown,
    });
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new CdcError("INTERNAL", `unexpected error: ${message}`, {
    hint: "run the command again with --verbose and report what it prints",
    cause: thrown,
  });
}

/**
 * The failure that a work may go on from, told as a `CdcError`. An abort and a fault of the program itself
 * are none: they are thrown on.
 */
export function foreseenError(thrown: unknown, signal: AbortSignal): CdcError {
  signal.throwIfAborted();
  const error = toCdcError(thrown);
  if (error.code === "INTERNAL") throw thrown;
  return error;
}

import { CdcError, toCdcError } from "./errors.js";

/** What one of several things failed of. */
export interface Failure {
  readonly name: string;
  readonly error: unknown;
}

const SHOWN = 10;

/** Throws what failed: of one thing its own error, of several one that names them all. */
export function throwFailures(failures: readonly Failure[], kind: "database" | "connector"): void {
  const [first, second] = failures;
  if (first === undefined) return;
  if (second === undefined) throw first.error;
  const all = failures.map(({ name, error }) => ({ name, error: toCdcError(error) }));
  const shown = all.slice(0, SHOWN);
  const rest = all.length > SHOWN ? [`and ${all.length - SHOWN} more`] : [];
  const hints = shown.flatMap(({ name, error }) =>
    error.hint === undefined ? [] : [`${name}: ${error.hint}`],
  );
  throw new CdcError(
    "SEVERAL_FAILED",
    [
      `${all.length} ${kind}s failed:`,
      ...shown.map(({ name, error }) => `${name}: ${error.code}: ${error.message}`),
      ...rest,
    ].join("\n"),
    {
      hint: [...hints, "then run the same command again: what was done stays"].join("\n"),
      details: {
        failures: all.map(({ name, error: { code, message, hint, details } }) => ({
          [kind]: name,
          code,
          message,
          ...(hint === undefined ? {} : { hint }),
          ...(details === undefined ? {} : { details }),
        })),
      },
    },
  );
}

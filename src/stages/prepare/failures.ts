import { CdcError, toCdcError } from "../../errors.js";

/** What one of several databases failed of. */
export interface Failure {
  readonly database: string;
  readonly error: unknown;
}

const SHOWN = 10;

/** Throws what failed: of one database its own error, of several one that names them all. */
export function throwFailures(failures: readonly Failure[]): void {
  const [first, second] = failures;
  if (first === undefined) return;
  if (second === undefined) throw first.error;
  const all = failures.map(({ database, error }) => ({ database, error: toCdcError(error) }));
  const shown = all.slice(0, SHOWN);
  const rest = all.length > SHOWN ? [`and ${all.length - SHOWN} more`] : [];
  const hints = shown.flatMap(({ database, error }) =>
    error.hint === undefined ? [] : [`${database}: ${error.hint}`],
  );
  throw new CdcError(
    "SEVERAL_FAILED",
    [
      `${all.length} databases failed:`,
      ...shown.map(({ database, error }) => `${database}: ${error.code}: ${error.message}`),
      ...rest,
    ].join("\n"),
    {
      hint: [...hints, "then run the same command again: what was done stays"].join("\n"),
      details: {
        failures: all.map(({ database, error: { code, message, hint, details } }) => ({
          database,
          code,
          message,
          ...(hint === undefined ? {} : { hint }),
          ...(details === undefined ? {} : { details }),
        })),
      },
    },
  );
}

import { CdcError } from "../../errors.js";

const MAX_SECONDS = 86_400;

/** A number of seconds, as the option `--name` of `command` takes it, in milliseconds. @throws CdcError USAGE */
export function secondsOption(command: string, option: string, seconds: number): number {
  if (Number.isFinite(seconds) && seconds > 0 && seconds <= MAX_SECONDS) return seconds * 1_000;
  throw new CdcError(
    "USAGE",
    `--${option} must be a number of seconds above 0, a day at most, not ${seconds}`,
    {
      hint: `cdc-pipeline ${command} --help`,
    },
  );
}

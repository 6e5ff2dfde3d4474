import type { WatchPolicy } from "../../../connectors/watch/watch-policy.js";
import { CdcError } from "../../../errors.js";
import type { ConnectArguments } from "./with-connect.js";

export interface WatchArguments extends ConnectArguments {
  readonly pattern: readonly string[];
  readonly once?: boolean | undefined;
  readonly backoff: number;
  readonly "max-backoff": number;
  readonly "max-restarts"?: number | undefined;
  readonly "reset-after": number;
  readonly state?: string | undefined;
  readonly json?: boolean | undefined;
  readonly timeout?: string | undefined;
}

/** @throws CdcError USAGE */
export function policyOf(args: WatchArguments): WatchPolicy {
  for (const option of ["backoff", "max-backoff", "reset-after"] as const) {
    if (Number.isFinite(args[option]) && args[option] >= 0) continue;
    throw usage(`--${option} must be a number of seconds, not ${args[option]}`);
  }
  const maxRestarts = args["max-restarts"];
  if (maxRestarts !== undefined && (!Number.isInteger(maxRestarts) || maxRestarts < 0)) {
    throw usage(`--max-restarts must be a whole number from 0 on, not ${maxRestarts}`);
  }
  if (args["max-backoff"] < args.backoff) {
    throw usage(`--max-backoff ${args["max-backoff"]} is less than --backoff ${args.backoff}`);
  }
  return {
    backoffMs: args.backoff * 1000,
    longestBackoffMs: args["max-backoff"] * 1000,
    maxRestarts,
    resetAfterMs: args["reset-after"] * 1000,
  };
}

const usage = (message: string) =>
  new CdcError("USAGE", message, { hint: "cdc-pipeline connectors watch --help" });

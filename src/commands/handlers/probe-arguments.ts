import { CdcError } from "../../errors.js";
import { parseRow } from "../../stages/verify/subjects/check-row.js";
import type { ProbeWishes } from "../../stages/verify/wishes.js";

/** What `verify` takes for its probes. */
export interface ProbeArguments {
  readonly truncate?: boolean | undefined;
  readonly table?: string | undefined;
  readonly row?: string | undefined;
  readonly samples?: number | undefined;
}

const MAX_SAMPLES = 100_000;

/** @throws CdcError USAGE, PROBE_ROW_INVALID */
export function wishesOf({ truncate, table, row, samples }: ProbeArguments): ProbeWishes {
  if ((table === undefined) !== (row === undefined)) {
    throw usage("--table and --row go together: the table, and the row that goes into it");
  }
  if (row !== undefined) parseRow(row);
  if (truncate === true && table !== undefined) {
    throw usage("--truncate empties the program's own table only, never the one of --table");
  }
  if (samples !== undefined && (!Number.isInteger(samples) || samples < 1 || samples > MAX_SAMPLES)) {
    throw usage(`--samples must be a whole number from 1 to ${MAX_SAMPLES}, not ${samples}`);
  }
  return { truncate, table, row, samples };
}

const usage = (message: string) => new CdcError("USAGE", message, { hint: "cdc-pipeline verify --help" });

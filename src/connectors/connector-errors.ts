import { CdcError } from "../errors.js";
import { nameArguments } from "../shell-words.js";

/** It was there when the command began. */
export const deletedMeanwhile = (name: string): CdcError =>
  new CdcError("CONNECTOR_UNKNOWN", `connector ${name} was deleted by somebody else meanwhile`, {
    hint: "cdc-pipeline connectors list",
  });

export const notInTime = (name: string, wanted: string, lastSeen: string): CdcError =>
  new CdcError(
    "CONNECTOR_NOT_RUNNING",
    `connector ${name} was not ${wanted} in time; last seen: ${lastSeen}`,
    {
      hint: "cdc-pipeline logs connect; more time: --timeout SECONDS; without waiting: --no-wait",
    },
  );

/** @param trace the Java stack trace, shown with --verbose only */
export const hasFailed = (name: string, reason: string, trace: string): CdcError =>
  new CdcError("CONNECTOR_TASK_FAILED", `connector ${name}: ${reason}`, {
    hint: `remove the cause, then: cdc-pipeline connectors restart --failed ${nameArguments([name])}`,
    cause: new Error(trace),
  });

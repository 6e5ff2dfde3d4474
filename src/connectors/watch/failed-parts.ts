import type { ConnectorStatus } from "../../clients/connect/connect-client.js";
import { classifyFailure, type Failure } from "./classify-failure.js";

/** A connector, or one of its tasks, that is FAILED. */
export interface FailedPart {
  /** null: the connector itself. */
  readonly task: number | null;
  readonly failure: Failure;
}

/** @param slotLoss why none of them can go on, whatever its trace says */
export function failedParts(
  { connector, tasks }: ConnectorStatus,
  slotLoss: Failure | undefined,
): readonly FailedPart[] {
  return [{ id: null, ...connector }, ...tasks]
    .filter(({ state }) => state === "FAILED")
    .map(({ id, trace = "" }) => ({ task: id, failure: slotLoss ?? classifyFailure(trace) }));
}

/** The same for the same failures: numbers of processes, ports and positions differ from one time to the next. */
export const markOf = (parts: readonly FailedPart[]): string =>
  JSON.stringify(parts.map(({ task, failure }) => [task, failure.class, failure.cause.replace(/\d+/g, "#")]));

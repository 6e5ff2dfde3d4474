import type { ConnectorStatus, TaskState } from "../../clients/connect/connect-client.js";
import { CdcError } from "../../errors.js";
import { rootCause } from "../../stages/root-cause.js";

/** All of it, what has failed of it, or one task. */
export type RestartWish = "all" | "failed" | { readonly task: number };

/** The connector itself, or one of its tasks, as it was before the restart. */
export interface Part {
  readonly task?: number;
  readonly state: string;
}

export interface RestartVerdict {
  /** Whether a part is seen otherwise than before: the restart has begun. */
  readonly hasChanged: boolean;
  /** Whether each is as it should be in the end: RUNNING, or PAUSED in a paused connector. */
  readonly isDone: boolean;
  readonly failed?: { readonly reason: string; readonly trace: string };
}

/** What a restart is about. @throws CdcError USAGE for a task that is not there */
export function partsToRestart(
  name: string,
  wish: RestartWish,
  status: ConnectorStatus | undefined,
): readonly Part[] {
  const tasks = status?.tasks ?? [];
  const parts: Part[] = [
    { state: status?.connector.state ?? "UNKNOWN" },
    ...tasks.map(({ id, state }) => ({ task: id, state })),
  ];
  if (wish === "all") return parts;
  if (wish === "failed") return parts.filter(({ state }) => state === "FAILED");
  const one = parts.find(({ task }) => task === wish.task);
  if (one !== undefined) return [one];
  const ids = tasks.map(({ id }) => id).join(", ");
  throw new CdcError("USAGE", `connector ${name} has no task ${wish.task}`, {
    hint: ids === "" ? "it has no tasks now" : `it has: ${ids}`,
  });
}

export function judgeRestart(
  parts: readonly Part[],
  before: ConnectorStatus | undefined,
  now: ConnectorStatus | undefined,
): RestartVerdict {
  const wanted = before?.connector.state === "PAUSED" ? "PAUSED" : "RUNNING";
  const seen = parts.map((part) => ({ part, now: find(part, now) }));
  const failed = seen.find((one) => one.now?.state === "FAILED");
  const trace = failed?.now?.trace ?? "";
  const what = failed?.part.task === undefined ? "connector" : `task ${failed.part.task}`;
  return {
    hasChanged: seen.some((one) => one.now?.state !== one.part.state),
    isDone: seen.every((one) => one.now?.state === wanted),
    ...(failed === undefined ? {} : { failed: { reason: `${what} FAILED: ${rootCause(trace)}`, trace } }),
  };
}

const find = ({ task }: Part, status: ConnectorStatus | undefined): TaskState | undefined =>
  task === undefined ? status?.connector : status?.tasks.find(({ id }) => id === task);

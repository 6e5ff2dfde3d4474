import type { ConnectorStatus } from "../../clients/connect/connect-client.js";
import type { Failure } from "./classify-failure.js";
import { type ConnectorMemory, NEW_RECORD } from "./connector-memory.js";
import { type FailedPart, failedParts, markOf } from "./failed-parts.js";
import { isoTime, type WatchEntry, watchEntry } from "./watch-entry.js";
import { restartLimit, type WatchPolicy } from "./watch-policy.js";

/** What a look at a connector comes to. */
export interface Judgement {
  readonly memory: ConnectorMemory;
  readonly entries: readonly WatchEntry[];
  /** The failed parts to restart now; none where there is nothing to do. */
  readonly restart: readonly FailedPart[];
  /** `settling`: it will be one of the others soon. */
  readonly standing: "well" | "settling" | "bad";
}

export interface Surroundings {
  readonly policy: WatchPolicy;
  readonly nowMs: number;
  /** That its replication slot is lost, where PostgreSQL says so. */
  readonly slotLoss?: Failure | undefined;
}

/** RUNNING for so long after a restart, it has succeeded. */
const SETTLE_MS = 5_000;
/** For so long a worker may show a failure from before the restart. */
const STALE_MS = 3_000;
/** A connector that was just made is without a task for a moment. */
const EMPTY_MS = 10_000;

const EMPTY: Failure = {
  class: "unknown",
  cause: "it is RUNNING and has no task, so that it does nothing",
  hint: "read cdc-pipeline logs connect; cdc-pipeline connectors restart NAME makes its tasks anew",
};

/** Decides what to do about a connector, from its status and what was before. */
export function judgeConnector(
  status: ConnectorStatus,
  memory: ConnectorMemory,
  surroundings: Surroundings,
): Judgement {
  const { connector, tasks } = status;
  if (connector.state === "PAUSED" || connector.state === "STOPPED") {
    return { memory: withoutTimes({ ...memory, told: null, awaited: null }), ...QUIET, standing: "well" };
  }
  const failed = failedParts(status, surroundings.slotLoss);
  if (failed.length > 0) return judgeFailed(status, failed, withoutTimes(memory), surroundings);
  const seen = forgetStale(memory);
  if ([connector, ...tasks].some(({ state }) => state !== "RUNNING")) {
    return { memory: withoutTimes(seen), ...QUIET, standing: "settling" };
  }
  if (tasks.length === 0) return judgeEmpty(status, seen, surroundings);
  return judgeRunning(status, seen, surroundings);
}

const QUIET = { entries: [], restart: [] } as const;

function judgeFailed(
  { name }: ConnectorStatus,
  failed: readonly FailedPart[],
  memory: ConnectorMemory,
  { policy, nowMs }: Surroundings,
): Judgement {
  const mark = markOf(failed);
  const { awaited, record } = memory;
  if (awaited?.staleMark === mark && nowMs - awaited.sinceMs < STALE_MS) {
    return { memory, ...QUIET, standing: "settling" };
  }
  const { restarts: attempt, nextTryMs } = record;
  const isDue = nextTryMs === null || nowMs >= nextTryMs;
  const isWorthIt = ({ failure }: FailedPart) => attempt < restartLimit(failure.class, policy);
  const worthIt = failed.filter(isWorthIt);
  const told = `${mark} ${worthIt.length}`;

  const factsOf = (part: FailedPart) => ({
    connector: name,
    task: part.task,
    failure: part.failure,
    nextTry: nextTryMs !== null && isWorthIt(part) ? isoTime(nextTryMs) : null,
  });
  const result = (part: FailedPart) =>
    watchEntry(nowMs, "result", { ...factsOf(part), attempt, result: "failed" });
  const left = (part: FailedPart): readonly WatchEntry[] => {
    const facts = { ...factsOf(part), result: "left" } as const;
    if (part.failure.class === "lasting") return [watchEntry(nowMs, "report", facts)];
    if (!isWorthIt(part)) return [watchEntry(nowMs, "give-up", { ...facts, attempt })];
    return isDue || awaited !== null ? [] : [watchEntry(nowMs, "wait", { ...facts, attempt })];
  };
  return {
    memory: { ...memory, told, awaited: null },
    entries: [
      ...(awaited === null ? [] : failed.map(result)),
      ...(memory.told === told ? [] : failed.flatMap(left)),
    ],
    restart: isDue ? worthIt : [],
    standing: "bad",
  };
}

function judgeEmpty({ name }: ConnectorStatus, memory: ConnectorMemory, { nowMs }: Surroundings): Judgement {
  const { record } = memory;
  const emptySinceMs = record.emptySinceMs ?? nowMs;
  const now = { ...memory, record: { ...record, emptySinceMs, runningSinceMs: null } };
  if (nowMs - emptySinceMs < EMPTY_MS) return { memory: now, ...QUIET, standing: "settling" };
  return report(name, now, EMPTY, nowMs);
}

function judgeRunning(
  { name, tasks }: ConnectorStatus,
  memory: ConnectorMemory,
  { policy, nowMs, slotLoss }: Surroundings,
): Judgement {
  const { record, awaited } = memory;
  const runningSinceMs = record.runningSinceMs ?? nowMs;
  const ranForMs = nowMs - runningSinceMs;
  const isReset = ranForMs >= policy.resetAfterMs;
  const running = { ...(isReset ? NEW_RECORD : record), runningSinceMs, emptySinceMs: null };
  const now = { ...memory, record: running };
  if (slotLoss !== undefined) return report(name, { ...now, awaited: null }, slotLoss, nowMs, tasks[0]?.id);
  if (awaited === null) return { memory: { ...now, told: null }, ...QUIET, standing: "well" };
  if (ranForMs < SETTLE_MS) return { memory: now, ...QUIET, standing: "settling" };
  const result = watchEntry(nowMs, "result", {
    connector: name,
    attempt: record.restarts,
    result: "running",
  });
  return { memory: { ...now, told: null, awaited: null }, entries: [result], restart: [], standing: "well" };
}

/** What looks fine and is not. */
function report(
  name: string,
  memory: ConnectorMemory,
  failure: Failure,
  nowMs: number,
  task?: number,
): Judgement {
  const facts = {
    connector: name,
    failure,
    result: "left",
    ...(task === undefined ? {} : { task }),
  } as const;
  const entries = memory.told === failure.cause ? [] : [watchEntry(nowMs, "report", facts)];
  return { memory: { ...memory, told: failure.cause }, entries, restart: [], standing: "bad" };
}

function withoutTimes(memory: ConnectorMemory): ConnectorMemory {
  return { ...memory, record: { ...memory.record, runningSinceMs: null, emptySinceMs: null } };
}

/** From now on a failure is a new one. */
function forgetStale(memory: ConnectorMemory): ConnectorMemory {
  const { awaited } = memory;
  return awaited === null ? memory : { ...memory, awaited: { ...awaited, staleMark: null } };
}

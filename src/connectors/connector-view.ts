import type { RegisteredConnector, TaskState } from "../clients/connect/connect-client.js";
import { connectorHealth } from "../stages/connector-health.js";
import { CONNECTOR_MARK_KEY } from "../stages/own-objects.js";
import { rootCause } from "../stages/root-cause.js";

/** In the order in which somebody wants to know of them. */
export const CONDITIONS = ["failed", "starting", "paused", "stopped", "running"] as const;

/** What a connector with all of its tasks comes to; `starting` is all that is not yet, or not any more, running. */
export type Condition = (typeof CONDITIONS)[number];

export interface TaskView {
  readonly id: number;
  /** As Kafka Connect has it. */
  readonly state: string;
  /** `host:port` of the worker that has it. */
  readonly worker: string;
  /** The root cause in one line, where it is FAILED. */
  readonly reason?: string;
}

/** A connector as the commands show it; no secret is in it, except in a reason. */
export interface ConnectorView {
  readonly name: string;
  readonly class: string;
  /** `source` or `sink`; empty where the worker does not say. */
  readonly type: string;
  readonly condition: Condition;
  /** RUNNING, FAILED, …; UNKNOWN while the worker has no status of it. */
  readonly state: string;
  readonly worker: string;
  readonly tasks: readonly TaskView[];
  /** Whether this program registered it. */
  readonly isOurs: boolean;
  /** What it is that is not running; missing of what is running, paused or stopped. */
  readonly reason?: string;
}

export function viewConnector({ name, config, status }: RegisteredConnector): ConnectorView {
  const condition = conditionOf(status);
  const health = connectorHealth(status);
  const isTold = condition === "failed" || condition === "starting";
  return {
    name,
    class: config["connector.class"] ?? "",
    type: status?.type ?? "",
    condition,
    state: status?.connector.state ?? "UNKNOWN",
    worker: status?.connector.worker_id ?? "",
    tasks: (status?.tasks ?? []).map((task) => ({
      id: task.id,
      state: task.state,
      worker: task.worker_id,
      ...reasonOf(task),
    })),
    isOurs: config[CONNECTOR_MARK_KEY] !== undefined,
    ...(isTold && "reason" in health ? { reason: health.reason } : {}),
  };
}

function conditionOf(status: RegisteredConnector["status"]): Condition {
  const { state } = connectorHealth(status);
  if (state !== "starting") return state;
  if (status?.connector.state === "PAUSED") return "paused";
  return status?.connector.state === "STOPPED" ? "stopped" : "starting";
}

const reasonOf = ({ state, trace }: TaskState) =>
  state === "FAILED" ? { reason: rootCause(trace ?? "") } : {};

/** What is not well comes first; within that by name. */
export function inOrderOfConcern(views: readonly ConnectorView[]): ConnectorView[] {
  const rank = ({ condition }: ConnectorView) => CONDITIONS.indexOf(condition);
  return [...views].sort(
    (one, other) => rank(one) - rank(other) || one.name.localeCompare(other.name, "en", { numeric: true }),
  );
}

/** `2/3 RUNNING, 1 FAILED`; `none` where there is no task. */
export function describeTasks(tasks: readonly Pick<TaskView, "state">[]): string {
  if (tasks.length === 0) return "none";
  const counts = countBy(tasks.map(({ state }) => state));
  const running = counts.get("RUNNING");
  counts.delete("RUNNING");
  return [
    ...(running === undefined ? [] : [`${running}/${tasks.length} RUNNING`]),
    ...[...counts].map(([state, count]) => `${count} ${state}`),
  ].join(", ");
}

/** `6 connectors: 1 failed, 5 running`; those of no connector are left out. */
export function describeCounts(views: readonly Pick<ConnectorView, "condition">[]): string {
  const counts = countBy(views.map(({ condition }) => condition));
  const parts = CONDITIONS.flatMap((condition) => {
    const count = counts.get(condition);
    return count === undefined ? [] : [`${count} ${condition}`];
  });
  const total = `${views.length} ${views.length === 1 ? "connector" : "connectors"}`;
  return parts.length === 0 ? total : `${total}: ${parts.join(", ")}`;
}

function countBy<T>(values: readonly T[]): Map<T, number> {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

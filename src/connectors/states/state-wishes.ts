import type { ConnectorStatus } from "../../clients/connect/connect-client.js";
import { connectorHealth } from "../../stages/connector-health.js";
import { describeTasks } from "../connector-view.js";

/** What a connector can be told to do until it is told otherwise. */
export type Wish = "pause" | "resume" | "stop";

export const WISHED_STATES = {
  pause: "PAUSED",
  resume: "RUNNING",
  stop: "STOPPED",
} as const satisfies Record<Wish, string>;

/** Whether a connector is as it was told to be. `idle` has no task where one would be expected. */
export type WishVerdict =
  | { readonly is: "so" }
  | { readonly is: "idle" }
  | { readonly is: "not yet"; readonly reason: string }
  | { readonly is: "failed"; readonly reason: string; readonly trace: string };

/**
 * A stopped connector has no tasks; a paused one has them, each PAUSED or FAILED from before. One that is resumed
 * runs only when its tasks do.
 */
export function judgeWish(wish: Wish, status: ConnectorStatus | undefined): WishVerdict {
  const notYet = { is: "not yet", reason: describeStatus(status) } as const;
  if (status === undefined) return notYet;
  const { connector, tasks } = status;
  if (wish === "stop") {
    return connector.state === "STOPPED" && tasks.length === 0 ? { is: "so" } : notYet;
  }
  const health = connectorHealth(status);
  if (wish === "pause") {
    // A connector that has failed takes no orders but to stop.
    if (connector.state === "FAILED" && health.state === "failed") return failed(health);
    const isPaused = tasks.every(({ state }) => state === "PAUSED" || state === "FAILED");
    return connector.state === "PAUSED" && isPaused ? { is: "so" } : notYet;
  }
  if (health.state === "running") return { is: "so" };
  if (health.state === "failed") return failed(health);
  return connector.state === "RUNNING" && tasks.length === 0 ? { is: "idle" } : notYet;
}

const failed = ({ reason, trace }: { readonly reason: string; readonly trace: string }): WishVerdict => ({
  is: "failed",
  reason,
  trace,
});

/** `RUNNING, tasks: 1/1 RUNNING` */
export function describeStatus(status: ConnectorStatus | undefined): string {
  if (status === undefined) return "the worker knows no status of it";
  return `${status.connector.state}, tasks: ${describeTasks(status.tasks)}`;
}

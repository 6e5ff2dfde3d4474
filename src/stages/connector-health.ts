import type { ConnectorStatus } from "../clients/connect/connect-client.js";
import { rootCause } from "./root-cause.js";

/** What a connector's status comes to. A connector is only running when each of its tasks is. */
export type ConnectorHealth =
  | { readonly state: "running" }
  | { readonly state: "starting"; readonly reason: string }
  | { readonly state: "failed"; readonly reason: string; readonly trace: string };

export function connectorHealth(status: ConnectorStatus | undefined): ConnectorHealth {
  if (status === undefined) return { state: "starting", reason: "the worker knows no status of it yet" };
  const parts = [
    { name: "connector", ...status.connector },
    ...status.tasks.map((task) => ({ name: `task ${task.id}`, ...task })),
  ];
  const failed = parts.find(({ state }) => state === "FAILED");
  if (failed !== undefined) {
    const trace = failed.trace ?? "";
    return { state: "failed", reason: `${failed.name} FAILED: ${rootCause(trace)}`, trace };
  }
  if (status.tasks.length === 0) {
    return { state: "starting", reason: `connector ${status.connector.state}, no task yet` };
  }
  const waiting = parts.find(({ state }) => state !== "RUNNING");
  if (waiting === undefined) return { state: "running" };
  return { state: "starting", reason: `${waiting.name} ${waiting.state}` };
}

import { describe, expect, it } from "vitest";

import type { ConnectorStatus, TaskState } from "../../../src/clients/connect/connect-client.js";
import { connectorHealth } from "../../../src/stages/connector-health.js";
import { PERMISSION_TRACE, SINGLE_TRACE } from "../../support/java-traces.js";

const part = (state: string, trace?: string): TaskState => ({
  state,
  worker_id: "127.0.0.1:8083",
  ...(trace === undefined ? {} : { trace }),
});

function statusOf(connector: TaskState, ...tasks: readonly TaskState[]): ConnectorStatus {
  return { name: "shop-connector", connector, tasks: tasks.map((task, id) => ({ ...task, id })) };
}

describe("the health of a connector", () => {
  it("is running when it and each of its tasks are", () => {
    const status = statusOf(part("RUNNING"), part("RUNNING"), part("RUNNING"));
    expect(connectorHealth(status)).toEqual({ state: "running" });
  });

  it("is not running without a task, whatever the connector says", () => {
    expect(connectorHealth(statusOf(part("RUNNING")))).toEqual({
      state: "starting",
      reason: "connector RUNNING, no task yet",
    });
  });

  it("is starting while the worker knows nothing of it", () => {
    expect(connectorHealth(undefined)).toMatchObject({
      state: "starting",
      reason: expect.stringContaining("no status") as string,
    });
  });

  it.each([
    ["UNASSIGNED", "RUNNING", "connector UNASSIGNED"],
    ["RUNNING", "UNASSIGNED", "task 0 UNASSIGNED"],
    ["RUNNING", "RESTARTING", "task 0 RESTARTING"],
    ["PAUSED", "PAUSED", "connector PAUSED"],
    ["STOPPED", "STOPPED", "connector STOPPED"],
  ])("is starting with the connector %s and its task %s", (connector, task, reason) => {
    expect(connectorHealth(statusOf(part(connector), part(task)))).toEqual({ state: "starting", reason });
  });

  it("is failed with the root cause of the task that failed, beside tasks that run", () => {
    const status = statusOf(part("RUNNING"), part("RUNNING"), part("FAILED", PERMISSION_TRACE));
    expect(connectorHealth(status)).toEqual({
      state: "failed",
      reason: "task 1 FAILED: ERROR: must be superuser or replication role to use replication slots",
      trace: PERMISSION_TRACE,
    });
  });

  it("is failed when the connector itself is, which comes before its tasks", () => {
    const status = statusOf(part("FAILED", SINGLE_TRACE), part("FAILED", PERMISSION_TRACE));
    expect(connectorHealth(status)).toMatchObject({
      state: "failed",
      reason: expect.stringMatching(/^connector FAILED: Connector configuration is not valid/) as string,
    });
  });

  it("is failed also without a trace", () => {
    expect(connectorHealth(statusOf(part("RUNNING"), part("FAILED")))).toEqual({
      state: "failed",
      reason: "task 0 FAILED: no trace given",
      trace: "",
    });
  });
});

import { describe, expect, it } from "vitest";

import type { ConnectorStatus } from "../../../../src/clients/connect/connect-client.js";
import { judgeWish } from "../../../../src/connectors/states/state-wishes.js";

const status = (state: string, ...tasks: readonly string[]): ConnectorStatus => ({
  name: "a",
  connector: { state, worker_id: "w" },
  tasks: tasks.map((task, id) => ({ id, state: task, worker_id: "w" })),
});

describe("whether a connector is as it was told to be", () => {
  it.each([
    ["stop", status("STOPPED"), "so"],
    ["stop", status("STOPPED", "RUNNING"), "not yet"],
    ["stop", status("RUNNING"), "not yet"],
    // A connector that has failed can be stopped.
    ["stop", status("FAILED"), "not yet"],
    ["pause", status("PAUSED", "PAUSED", "PAUSED"), "so"],
    ["pause", status("PAUSED", "PAUSED", "RUNNING"), "not yet"],
    ["pause", status("PAUSED", "FAILED"), "so"],
    ["pause", status("FAILED"), "failed"],
    ["pause", status("RUNNING", "FAILED"), "not yet"],
    ["resume", status("RUNNING", "RUNNING"), "so"],
    ["resume", status("RUNNING", "RUNNING", "PAUSED"), "not yet"],
    ["resume", status("RUNNING", "RUNNING", "FAILED"), "failed"],
    ["resume", status("RUNNING"), "idle"],
    ["resume", status("PAUSED"), "not yet"],
    ["resume", undefined, "not yet"],
  ] as const)("%s: %j is %s", (wish, now, verdict) => {
    expect(judgeWish(wish, now).is).toBe(verdict);
  });
});

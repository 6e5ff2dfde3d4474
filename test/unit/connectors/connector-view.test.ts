import { describe, expect, it } from "vitest";

import type { RegisteredConnector, TaskState } from "../../../src/clients/connect/connect-client.js";
import {
  describeCounts,
  describeTasks,
  inOrderOfConcern,
  viewConnector,
} from "../../../src/connectors/connector-view.js";

const part = (state: string, trace?: string): TaskState => ({
  state,
  worker_id: "w1:8083",
  ...(trace === undefined ? {} : { trace }),
});

/** A connector in a state, with tasks in theirs. */
function connector(name: string, state: string, ...tasks: readonly TaskState[]): RegisteredConnector {
  return {
    name,
    config: { "connector.class": "org.acme.SomeSource" },
    status: {
      name,
      type: "source",
      connector: part(state),
      tasks: tasks.map((task, id) => ({ id, ...task })),
    },
  };
}

describe("a connector", () => {
  it.each([
    ["running", connector("a", "RUNNING", part("RUNNING"))],
    [
      "failed",
      connector("a", "RUNNING", part("RUNNING"), part("FAILED", "java.io.IOException: no disk left")),
    ],
    ["failed", connector("a", "FAILED")],
    // What has failed is not well, also while the rest is paused.
    ["failed", connector("a", "PAUSED", part("FAILED"))],
    ["paused", connector("a", "PAUSED", part("PAUSED"))],
    ["stopped", connector("a", "STOPPED")],
    ["starting", connector("a", "RUNNING")],
    ["starting", connector("a", "RUNNING", part("RESTARTING"))],
    ["starting", { ...connector("a", "RUNNING"), status: undefined }],
  ] as const)("is %s: %j", (condition, registered) => {
    expect(viewConnector(registered).condition).toBe(condition);
  });

  it("says why it has failed, also of each task", () => {
    const trace =
      "org.apache.kafka.connect.errors.ConnectException: x\nCaused by: a.BException: no route to host";
    const view = viewConnector(connector("a", "RUNNING", part("RUNNING"), part("FAILED", trace)));
    expect(view.reason).toBe("task 1 FAILED: no route to host");
    expect(view.tasks).toEqual([
      { id: 0, state: "RUNNING", worker: "w1:8083" },
      { id: 1, state: "FAILED", worker: "w1:8083", reason: "no route to host" },
    ]);
  });

  it("has no reason where it is paused, stopped or running", () => {
    for (const state of ["PAUSED", "STOPPED"])
      expect(viewConnector(connector("a", state))).not.toHaveProperty("reason");
    expect(viewConnector(connector("a", "RUNNING", part("RUNNING")))).not.toHaveProperty("reason");
  });

  it("is ours where it bears our mark", () => {
    const foreign = connector("a", "RUNNING");
    expect(viewConnector(foreign).isOurs).toBe(false);
    const config = { ...foreign.config, "cdc.pipeline.managed": "true" };
    expect(viewConnector({ ...foreign, config }).isOurs).toBe(true);
  });
});

describe("several connectors", () => {
  const views = [
    connector("b10", "RUNNING", part("RUNNING")),
    connector("b9", "RUNNING", part("RUNNING")),
    connector("z", "RUNNING", part("FAILED")),
    connector("y", "STOPPED"),
    connector("x", "RUNNING"),
  ].map(viewConnector);

  it("come with what is not well first, then by name", () => {
    expect(inOrderOfConcern(views).map(({ name }) => name)).toEqual(["z", "x", "y", "b9", "b10"]);
  });

  it("are counted by what they come to", () => {
    expect(describeCounts(views)).toBe("5 connectors: 1 failed, 1 starting, 1 stopped, 2 running");
    expect(describeCounts(views.slice(0, 1))).toBe("1 connector: 1 running");
    expect(describeCounts([])).toBe("0 connectors");
  });
});

describe("the tasks of a connector", () => {
  it.each([
    [[], "none"],
    [["RUNNING", "RUNNING"], "2/2 RUNNING"],
    [["FAILED", "RUNNING", "RUNNING"], "2/3 RUNNING, 1 FAILED"],
    [["FAILED"], "1 FAILED"],
  ])("%j are told as %s", (all, text) => {
    expect(describeTasks(all.map((state) => ({ state })))).toBe(text);
  });
});

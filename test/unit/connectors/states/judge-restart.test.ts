import { describe, expect, it } from "vitest";

import type { ConnectorStatus } from "../../../../src/clients/connect/connect-client.js";
import { judgeRestart, partsToRestart } from "../../../../src/connectors/states/judge-restart.js";
import { catchCdcError } from "../../../support/catch-cdc-error.js";

const status = (state: string, ...tasks: readonly string[]): ConnectorStatus => ({
  name: "a",
  connector: { state, worker_id: "w" },
  tasks: tasks.map((task, id) => ({ id, state: task, worker_id: "w", trace: "a.BException: out of luck" })),
});

describe("what is restarted", () => {
  it("is all of it, what has failed, or one task", () => {
    const now = status("RUNNING", "RUNNING", "FAILED");
    expect(partsToRestart("a", "all", now)).toHaveLength(3);
    expect(partsToRestart("a", "failed", now)).toEqual([{ task: 1, state: "FAILED" }]);
    expect(partsToRestart("a", { task: 0 }, now)).toEqual([{ task: 0, state: "RUNNING" }]);
    expect(partsToRestart("a", "failed", status("RUNNING", "RUNNING"))).toEqual([]);
  });

  it.each([
    [status("RUNNING", "RUNNING", "FAILED"), "it has: 0, 1"],
    [status("RUNNING"), "it has no tasks now"],
  ])("is no task that is not there", async (now, hint) => {
    const error = await catchCdcError(() => Promise.resolve(partsToRestart("a", { task: 2 }, now)));
    expect(error).toMatchObject({ code: "USAGE", message: "connector a has no task 2", hint });
  });
});

describe("a restart", () => {
  const before = status("RUNNING", "RUNNING", "FAILED");
  const all = partsToRestart("a", "all", before);

  it("has not begun while all is as before", () => {
    expect(judgeRestart(all, before, before)).toMatchObject({ hasChanged: false, isDone: false });
  });

  it("is done when each part that was restarted runs", () => {
    expect(judgeRestart(all, before, status("RUNNING", "RUNNING", "RESTARTING"))).toEqual({
      hasChanged: true,
      isDone: false,
    });
    expect(judgeRestart(all, before, status("RUNNING", "RUNNING", "RUNNING")).isDone).toBe(true);
  });

  it("looks at nothing but what was restarted", () => {
    const [one] = partsToRestart("a", { task: 0 }, before);
    const now = status("RUNNING", "RUNNING", "FAILED");
    expect(judgeRestart(one === undefined ? [] : [one], before, now)).toEqual({
      hasChanged: false,
      isDone: true,
    });
  });

  it("of a paused connector ends paused", () => {
    const paused = status("PAUSED", "PAUSED");
    const parts = partsToRestart("a", "all", paused);
    expect(judgeRestart(parts, paused, paused).isDone).toBe(true);
    expect(judgeRestart(parts, paused, status("PAUSED", "RESTARTING")).isDone).toBe(false);
  });

  it("says what failed again, and why", () => {
    expect(judgeRestart(all, before, status("RUNNING", "FAILED", "RUNNING")).failed).toMatchObject({
      reason: "task 0 FAILED: out of luck",
    });
  });
});

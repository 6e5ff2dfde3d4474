import { describe, expect, it } from "vitest";

import type { ConnectorStatus } from "../../../../src/clients/connect/connect-client.js";
import type { Failure } from "../../../../src/connectors/watch/classify-failure.js";
import {
  type ConnectorMemory,
  type ConnectorRecord,
  NEW_RECORD,
  remember,
} from "../../../../src/connectors/watch/connector-memory.js";
import { failedParts, markOf } from "../../../../src/connectors/watch/failed-parts.js";
import { judgeConnector } from "../../../../src/connectors/watch/judge-connector.js";
import type { WatchPolicy } from "../../../../src/connectors/watch/watch-policy.js";
import { PASSWORD_TRACE, REFUSED_TRACE } from "../../../support/java-traces.js";

const NOW_MS = Date.parse("2026-01-01T12:00:00Z");
const SECOND_MS = 1000;
const POLICY: WatchPolicy = {
  backoffMs: 10_000,
  longestBackoffMs: 60_000,
  maxRestarts: undefined,
  resetAfterMs: 600_000,
};
const UNKNOWN_TRACE = "java.lang.IllegalStateException: what is this";
const LOSS: Failure = { class: "lasting", cause: "slot lost", hint: "a new snapshot for NAME" };

/** `FAILED` with a trace, or a state. */
function status(
  connector: string,
  ...tasks: readonly (string | { readonly trace: string })[]
): ConnectorStatus {
  const worker_id = "a:8083";
  return {
    name: "shop",
    connector: { state: connector, worker_id },
    tasks: tasks.map((task, id) => ({
      id,
      worker_id,
      ...(typeof task === "string" ? { state: task } : { state: "FAILED", trace: task.trace }),
    })),
  };
}

const REFUSED = { trace: REFUSED_TRACE };
const PASSWORD = { trace: PASSWORD_TRACE };
const UNKNOWN = { trace: UNKNOWN_TRACE };

const judge = (
  seen: ConnectorStatus,
  memory: ConnectorMemory = remember(),
  more: { readonly policy?: Partial<WatchPolicy>; readonly nowMs?: number; readonly slotLoss?: Failure } = {},
) => {
  const judgement = judgeConnector(seen, memory, {
    policy: { ...POLICY, ...more.policy },
    nowMs: more.nowMs ?? NOW_MS,
    slotLoss: more.slotLoss,
  });
  return {
    ...judgement,
    said: judgement.entries.map(({ action, task, result }) => `${action} ${task ?? "-"} ${result ?? "-"}`),
    tasks: judgement.restart.map(({ task }) => task),
  };
};

const after = (restarts: number, more: Partial<ConnectorRecord> = {}): ConnectorMemory =>
  remember({ ...NEW_RECORD, restarts, ...more });

describe("what failed of a passing cause", () => {
  it("is restarted at once, the failed tasks alone", () => {
    const { tasks, entries, standing } = judge(status("RUNNING", "RUNNING", REFUSED, REFUSED));
    expect(tasks).toEqual([1, 2]);
    expect(entries).toEqual([]);
    expect(standing).toBe("bad");
  });

  it("is restarted where it is the connector itself", () => {
    const seen = { ...status("FAILED", "RUNNING"), name: "shop" };
    const failed = { ...seen, connector: { ...seen.connector, trace: REFUSED_TRACE } };
    expect(judge(failed).tasks).toEqual([null]);
  });

  it("waits for the time of the next try, and says so once", () => {
    const memory = after(2, { nextTryMs: NOW_MS + SECOND_MS });
    const first = judge(status("RUNNING", REFUSED), memory);
    expect(first.tasks).toEqual([]);
    expect(first.said).toEqual(["wait 0 left"]);
    expect(first.entries[0]?.nextTry).toBe("2026-01-01T12:00:01.000Z");
    expect(judge(status("RUNNING", REFUSED), first.memory).said).toEqual([]);
    expect(judge(status("RUNNING", REFUSED), first.memory, { nowMs: NOW_MS + SECOND_MS }).tasks).toEqual([0]);
  });

  it("is tried for ever, unless a limit was set", () => {
    const memory = after(100);
    expect(judge(status("RUNNING", REFUSED), memory).tasks).toEqual([0]);
    const limited = judge(status("RUNNING", REFUSED), memory, { policy: { maxRestarts: 100 } });
    expect(limited.tasks).toEqual([]);
    expect(limited.said).toEqual(["give-up 0 left"]);
    expect(judge(status("RUNNING", REFUSED), limited.memory, { policy: { maxRestarts: 100 } }).said).toEqual(
      [],
    );
  });
});

describe("what failed of an unknown cause", () => {
  it("is restarted ten times", () => {
    expect(judge(status("RUNNING", UNKNOWN), after(9)).tasks).toEqual([0]);
    const last = judge(status("RUNNING", UNKNOWN), after(10));
    expect(last.tasks).toEqual([]);
    expect(last.said).toEqual(["give-up 0 left"]);
  });
});

describe("what failed of a lasting cause", () => {
  it("is told once and never restarted", () => {
    const first = judge(status("RUNNING", PASSWORD));
    expect(first.tasks).toEqual([]);
    expect(first.said).toEqual(["report 0 left"]);
    expect(first.entries[0]?.hint).toContain("cdc-pipeline connectors restart shop");
    expect(judge(status("RUNNING", PASSWORD), first.memory).said).toEqual([]);
  });

  it("is told again when the cause changes, and when it had been RUNNING meanwhile", () => {
    const first = judge(status("RUNNING", PASSWORD));
    const other = { trace: 'PSQLException: FATAL: database "shop" does not exist' };
    expect(judge(status("RUNNING", other), first.memory).said).toEqual(["report 0 left"]);
    const running = judge(status("RUNNING", "RUNNING"), first.memory);
    expect(judge(status("RUNNING", PASSWORD), running.memory).said).toEqual(["report 0 left"]);
  });

  it("is not told again for another process number", () => {
    const busy = (pid: number) => ({
      trace: `PSQLException: ERROR: permission denied to use slot held by ${pid}`,
    });
    const first = judge(status("RUNNING", busy(4711)));
    expect(judge(status("RUNNING", busy(4712)), first.memory).said).toEqual([]);
  });

  it("does not keep other tasks from being restarted", () => {
    const { tasks, said } = judge(status("RUNNING", PASSWORD, REFUSED, "RUNNING"));
    expect(tasks).toEqual([1]);
    expect(said).toEqual(["report 0 left"]);
  });
});

describe("after a restart", () => {
  const seen = status("RUNNING", REFUSED);
  const restarted: ConnectorMemory = {
    ...after(1, { nextTryMs: NOW_MS + 10_000 }),
    awaited: { sinceMs: NOW_MS, staleMark: markOf(failedParts(seen, undefined)) },
  };

  it("a worker that still shows the old failure is not believed for a moment", () => {
    const soon = judge(seen, restarted, { nowMs: NOW_MS + 200 });
    expect(soon).toMatchObject({ said: [], tasks: [], standing: "settling" });
    expect(judge(seen, soon.memory, { nowMs: NOW_MS + 3000 }).said).toEqual(["result 0 failed"]);
  });

  it("the same failure is a new one when it was seen otherwise meanwhile", () => {
    const between = judge(status("RUNNING", "RESTARTING"), restarted, { nowMs: NOW_MS + 200 });
    expect(between.standing).toBe("settling");
    const failed = judge(seen, between.memory, { nowMs: NOW_MS + 400 });
    expect(failed.said).toEqual(["result 0 failed"]);
    expect(failed.entries[0]).toMatchObject({ attempt: 1, nextTry: "2026-01-01T12:00:10.000Z" });
  });

  it("it has succeeded when all is RUNNING for five seconds", () => {
    const running = status("RUNNING", "RUNNING");
    const first = judge(running, restarted, { nowMs: NOW_MS + 1000 });
    expect(first).toMatchObject({ said: [], standing: "settling" });
    const settled = judge(running, first.memory, { nowMs: NOW_MS + 6000 });
    expect(settled).toMatchObject({ said: ["result - running"], standing: "well" });
    expect(settled.memory.record.restarts).toBe(1);
    expect(judge(running, settled.memory, { nowMs: NOW_MS + 7000 }).said).toEqual([]);
  });

  it("a failure within the five seconds is one of the restart", () => {
    const first = judge(status("RUNNING", "RUNNING"), restarted, { nowMs: NOW_MS + 1000 });
    expect(judge(seen, first.memory, { nowMs: NOW_MS + 4000 }).said).toEqual(["result 0 failed"]);
  });

  it("restarts are counted anew once it has been RUNNING for long", () => {
    const running = status("RUNNING", "RUNNING");
    const memory = after(7, { runningSinceMs: NOW_MS - 599_000, nextTryMs: NOW_MS });
    expect(judge(running, memory).memory.record.restarts).toBe(7);
    const reset = judge(running, memory, { nowMs: NOW_MS + 1000 });
    expect(reset.memory.record).toMatchObject({ restarts: 0, nextTryMs: null });
  });

  it("a failure begins the time of RUNNING anew", () => {
    const failed = judge(seen, after(7, { runningSinceMs: NOW_MS - 599_000 }));
    expect(failed.memory.record.runningSinceMs).toBeNull();
  });
});

describe("what somebody has paused or stopped", () => {
  it.each(["PAUSED", "STOPPED"])("is left alone: %s", (state) => {
    expect(judge(status(state, REFUSED))).toMatchObject({ tasks: [], said: [], standing: "well" });
  });
});

describe("what looks fine and is not", () => {
  it("is a connector that is RUNNING without a task for some time", () => {
    const empty = status("RUNNING");
    const first = judge(empty);
    expect(first).toMatchObject({ said: [], standing: "settling" });
    const later = judge(empty, first.memory, { nowMs: NOW_MS + 10_000 });
    expect(later).toMatchObject({ said: ["report - left"], tasks: [], standing: "bad" });
    expect(judge(empty, later.memory, { nowMs: NOW_MS + 11_000 }).said).toEqual([]);
    expect(judge(status("RUNNING", "RUNNING"), later.memory).standing).toBe("well");
  });

  it("is one whose slot is lost, RUNNING or not", () => {
    const first = judge(status("RUNNING", "RUNNING"), remember(), { slotLoss: LOSS });
    expect(first).toMatchObject({ said: ["report 0 left"], standing: "bad" });
    expect(first.entries[0]).toMatchObject({ cause: "slot lost", hint: "a new snapshot for shop" });
    expect(judge(status("RUNNING", "RUNNING"), first.memory, { slotLoss: LOSS }).said).toEqual([]);
    expect(judge(status("RUNNING", REFUSED), remember(), { slotLoss: LOSS })).toMatchObject({
      said: ["report 0 left"],
      tasks: [],
    });
  });
});

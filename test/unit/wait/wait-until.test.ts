import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { CdcError } from "../../../src/errors.js";
import { deadlineIn } from "../../../src/wait/deadline.js";
import { notYet, type Probe, ready, waitUntil } from "../../../src/wait/wait-until.js";
import { catchCdcError } from "../../support/catch-cdc-error.js";

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  expect(vi.getTimerCount(), "timers that are still running").toBe(0);
  vi.useRealTimers();
});

const interrupt = new DOMException("interrupted", "AbortError");

function wait<T>(probe: () => Promise<Probe<T>>, { timeoutMs = 1_000, intervalMs = 100 } = {}) {
  const controller = new AbortController();
  const reasons: string[] = [];
  const result = waitUntil({
    probe,
    intervalMs,
    deadline: deadlineIn(timeoutMs),
    signal: controller.signal,
    onReason: (reason) => reasons.push(reason),
    onTimeout: (reason) => new CdcError("CONNECTOR_NOT_RUNNING", `not in time; last seen: ${reason}`),
  });
  // Looked at later, after the clock was moved on.
  result.catch(() => undefined);
  return { result, reasons, abort: () => controller.abort(interrupt) };
}

/** Answers one after the other, the last for ever. */
function answers<T>(...all: readonly Probe<T>[]) {
  let asked = 0;
  return vi.fn(() => Promise.resolve(all[Math.min(asked++, all.length - 1)] ?? notYet("no answer")));
}

describe("a wait", () => {
  it("ends at once with what is ready", async () => {
    const probe = answers(ready("value"));
    expect(await wait(probe).result).toBe("value");
    expect(probe).toHaveBeenCalledOnce();
  });

  it("asks again at its interval until it is ready, and tells each new reason once", async () => {
    const probe = answers(notYet("starting"), notYet("starting"), notYet("task 0 UNASSIGNED"), ready(7));
    const { result, reasons } = wait(probe);
    await vi.advanceTimersByTimeAsync(299);
    expect(probe).toHaveBeenCalledTimes(3);
    await vi.advanceTimersByTimeAsync(1);
    expect(await result).toBe(7);
    expect(reasons).toEqual(["starting", "task 0 UNASSIGNED"]);
  });

  it("ends at its deadline with the last reason it saw", async () => {
    const { result } = wait(answers(notYet("starting"), notYet("task 0 UNASSIGNED")));
    await vi.advanceTimersByTimeAsync(1_000);
    const error = await catchCdcError(result);
    expect(error.code).toBe("CONNECTOR_NOT_RUNNING");
    expect(error.message).toBe("not in time; last seen: task 0 UNASSIGNED");
  });

  it("does not outlast its deadline by the interval", async () => {
    const { result } = wait(answers(notYet("starting")), { timeoutMs: 150, intervalMs: 10_000 });
    await vi.advanceTimersByTimeAsync(150);
    expect((await catchCdcError(result)).message).toContain("starting");
  });

  it("asks once where no time is left", async () => {
    expect(await wait(answers(ready("there")), { timeoutMs: 0 }).result).toBe("there");
    const late = wait(answers(notYet("starting")), { timeoutMs: 0 });
    expect((await catchCdcError(late.result)).message).toContain("starting");
  });

  it("ends at once when it is interrupted between two probes", async () => {
    const probe = answers(notYet("starting"));
    const { result, abort } = wait(probe, { timeoutMs: 60_000, intervalMs: 10_000 });
    await vi.advanceTimersByTimeAsync(10);
    abort();
    await expect(result).rejects.toBe(interrupt);
    expect(probe).toHaveBeenCalledOnce();
  });

  it("does not begin when it was interrupted before", async () => {
    const probe = answers(ready("value"));
    const signal = AbortSignal.abort(interrupt);
    const onTimeout = () => new CdcError("INTERNAL", "not this");
    const result = waitUntil({ probe, intervalMs: 1, deadline: deadlineIn(1_000), signal, onTimeout });
    await expect(result).rejects.toBe(interrupt);
    expect(probe).not.toHaveBeenCalled();
  });

  it("ends with the interrupt, not with what the interrupted probe said", async () => {
    const probe = async () => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      throw new Error("socket closed");
    };
    const { result, abort } = wait(probe);
    abort();
    await vi.advanceTimersByTimeAsync(50);
    await expect(result).rejects.toBe(interrupt);
  });

  it.each([
    ["an error of the program", new CdcError("CONNECTOR_TASK_FAILED", "task 0 FAILED")],
    ["a fault", new Error("out of order")],
    ["a TypeError", new TypeError("fetch failed")],
  ])("ends with %s that the probe throws, without asking again", async (_what, thrown) => {
    const probe = vi.fn<() => Promise<Probe<never>>>(() => Promise.reject(thrown));
    await expect(wait(probe).result).rejects.toBe(thrown);
    expect(probe).toHaveBeenCalledOnce();
  });

  it("tells what was seen last where the time was up before the last request was answered", async () => {
    const probe = vi.fn<() => Promise<Probe<never>>>();
    probe.mockResolvedValueOnce(notYet("it is RUNNING")).mockImplementation(async () => {
      await vi.advanceTimersByTimeAsync(60_000);
      throw new CdcError("CONNECT_UNREACHABLE", "no answer in 1 ms");
    });
    const { result } = wait(probe);
    const refused = expect(result).rejects.toThrow("it is RUNNING");
    await vi.advanceTimersByTimeAsync(1_000);
    await refused;
  });
});

describe("a deadline", () => {
  it("counts down to nothing and no further", () => {
    const deadline = deadlineIn(1_000);
    vi.advanceTimersByTime(400);
    expect(deadline.remainingMs()).toBe(600);
    vi.advanceTimersByTime(5_000);
    expect(deadline.remainingMs()).toBe(0);
    expect(deadline.totalMs).toBe(1_000);
  });
});

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { deadlineIn } from "../../../src/wait/deadline.js";
import { timeLimit } from "../../../src/wait/time-limit.js";

describe("the time that something may go on for", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("ends it when it is up", () => {
    const limit = timeLimit(new AbortController().signal, deadlineIn(1000));
    vi.advanceTimersByTime(999);
    expect([limit.signal.aborted, limit.isUp()]).toEqual([false, false]);
    vi.advanceTimersByTime(1);
    expect([limit.signal.aborted, limit.isUp()]).toEqual([true, true]);
  });

  it("is not what ends it when somebody interrupts, before or meanwhile", () => {
    const interrupt = new AbortController();
    const limit = timeLimit(interrupt.signal, deadlineIn(1000));
    interrupt.abort();
    const late = timeLimit(interrupt.signal, deadlineIn(1000));
    vi.advanceTimersByTime(2000);
    for (const each of [limit, late]) expect([each.signal.aborted, each.isUp()]).toEqual([true, false]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

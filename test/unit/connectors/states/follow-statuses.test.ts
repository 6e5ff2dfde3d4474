import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { ConnectorStatus } from "../../../../src/clients/connect/connect-client.js";
import { followStatuses, type StatusEvent } from "../../../../src/connectors/states/follow-statuses.js";
import { CdcError } from "../../../../src/errors.js";

const status = (name: string, state: string): ConnectorStatus => ({
  name,
  connector: { state, worker_id: "a:8083" },
  tasks: [],
});

type Answer = readonly ConnectorStatus[] | Error;

/** A Kafka Connect that gives one answer after the other, and the last one again and again. */
function worker(answers: readonly Answer[], tookMs = 10) {
  const askedAtMs: number[] = [];
  let underWay = 0;
  let mostAtOnce = 0;
  return {
    askedAtMs,
    mostAtOnce: () => mostAtOnce,
    async statuses() {
      const answer = answers[Math.min(askedAtMs.length, answers.length - 1)] ?? [];
      askedAtMs.push(performance.now());
      underWay += 1;
      mostAtOnce = Math.max(mostAtOnce, underWay);
      await new Promise((resolve) => setTimeout(resolve, tookMs));
      underWay -= 1;
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
}

/** What is told until so much time has passed, in the test's own time. */
async function follow(client: ReturnType<typeof worker>, forMs: number): Promise<StatusEvent[]> {
  const abort = new AbortController();
  const events: StatusEvent[] = [];
  const following = (async () => {
    for await (const event of followStatuses(client, abort.signal)) events.push(event);
  })();
  await Promise.race([vi.advanceTimersByTimeAsync(forMs), following]);
  abort.abort();
  await vi.advanceTimersByTimeAsync(60_000);
  await following;
  return events;
}

describe("following the states of connectors", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("gives what there is, then only what changes", async () => {
    const running = [status("shop", "RUNNING")];
    const failed = [status("shop", "FAILED")];
    const events = await follow(worker([running, running, failed, failed, []]), 2000);
    expect(events.map(({ kind }) => kind)).toEqual(["snapshot", "changes", "changes"]);
    expect(events[1]).toMatchObject({
      statuses: failed,
      changes: [
        { connector: "shop", task: undefined, before: { state: "RUNNING" }, after: { state: "FAILED" } },
      ],
    });
    expect(events[2]).toMatchObject({ changes: [{ connector: "shop", after: undefined }] });
  });

  it("tells once that Kafka Connect is away, and when it is back", async () => {
    const away = new CdcError("CONNECT_UNREACHABLE", "does not answer: ECONNREFUSED");
    const starting = new CdcError("CONNECT_FAILED", "answers 404: starting", { details: { status: 404 } });
    const running = [status("shop", "RUNNING")];
    const client = worker([running, away, away, starting, away, running, []]);
    const events = await follow(client, 3000);
    expect(events.map((event) => (event.kind === "away" ? event.reason : event.kind))).toEqual([
      "snapshot",
      "does not answer: ECONNREFUSED",
      "answers 404: starting",
      "does not answer: ECONNREFUSED",
      "back",
      "changes",
    ]);
  });

  it("gives the snapshot late where Kafka Connect is away at first", async () => {
    const away = new CdcError("CONNECT_UNREACHABLE", "does not answer");
    const events = await follow(worker([away, [status("shop", "RUNNING")]]), 1000);
    expect(events.map(({ kind }) => kind)).toEqual(["away", "back", "snapshot"]);
  });

  it("looks again within 250 ms, and never asks twice at a time", async () => {
    const client = worker([[]]);
    await follow(client, 5000);
    const gaps = client.askedAtMs.slice(1).map((at, index) => at - (client.askedAtMs[index] ?? 0));
    expect(gaps.length).toBeGreaterThan(20);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(250);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(200);
    expect(client.mostAtOnce()).toBe(1);
  });

  it("asks a slow worker less often", async () => {
    const client = worker([[]], 500);
    await follow(client, 9_900);
    expect(client.askedAtMs.length).toBe(4);
  });

  it("gives up where the login is refused", async () => {
    const refused = new CdcError("CONNECT_FAILED", "answers 401", { details: { status: 401 } });
    const events = followStatuses(worker([refused]), new AbortController().signal);
    const next = expect(events.next()).rejects.toBe(refused);
    await vi.advanceTimersByTimeAsync(1000);
    await next;
  });
});

import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { connectServer } from "../../../../src/targets/local/connect-server.js";
import { planLayout } from "../../../../src/targets/local/layout.js";
import { notYet, ready } from "../../../../src/wait/wait-until.js";
import { type FakeConnect, startFakeConnect } from "../../../support/fake-connect.js";
import { useSandbox } from "../../../support/leaks.js";
import { until } from "../../../support/until.js";

const sandbox = useSandbox();
let connect: FakeConnect;
beforeEach(async () => {
  connect = await startFakeConnect();
});
afterEach(() => connect.close());

/** Asks the worker on the fake's port as `up` does while it waits for it. */
async function probe({ clusterId = "fake" } = {}, signal?: AbortSignal) {
  const layout = await planLayout(join(sandbox.folder, "state"), join(sandbox.folder, "cache"), undefined);
  const port = Number(new URL(connect.url).port);
  const findJvm = () => Promise.reject(new Error("a probe needs no JVM"));
  const options = { clusterId, kafkaPort: 1, heapMb: 256, jvmFlags: "fast" } as const;
  return connectServer(layout, findJvm, { port, requestedPort: port }, options).probe(signal);
}

describe("the local worker", () => {
  it("is ready when it is healthy and of our cluster", async () => {
    expect(await probe()).toEqual({ ready: true, value: undefined });
  });

  it("is not ready while it belongs to another cluster", async () => {
    expect(await probe({ clusterId: "ours" })).toEqual({
      ready: false,
      reason: "the worker on this port belongs to the cluster fake",
    });
  });

  it.each([/^GET \/health$/, /^GET \/$/])(
    "is not ready while it answers 409 to %s, and the probe does not dwell on that",
    async (on) => {
      connect.misbehave({ on, trick: { status: 409, json: { message: "a rebalance is needed" } } });
      const startedMs = performance.now();
      const answer = await probe();
      expect(performance.now() - startedMs).toBeLessThan(2_000);
      expect(answer).toMatchObject({
        ready: false,
        reason: expect.stringContaining("a rebalance is needed") as string,
      });
    },
  );

  it("is waited for no longer when the run is interrupted", async () => {
    connect.misbehave({ on: /./, trick: { delayMs: 60_000 } });
    const interrupt = new AbortController();
    const answer = probe({}, interrupt.signal);
    await until("its question", () =>
      Promise.resolve(connect.requests.length > 0 ? ready(0) : notYet("none")),
    );
    interrupt.abort();
    expect(await answer).toEqual({ ready: false, reason: "interrupted" });
  });

  it("is not ready where another program has its port", async () => {
    connect.misbehave({ on: /./, trick: { status: 200, json: { hello: "world" } } });
    expect(await probe()).toMatchObject({
      ready: false,
      reason: expect.stringContaining("not Kafka Connect's answer to GET /") as string,
    });
  });
});

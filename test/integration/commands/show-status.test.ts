import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { showStatus } from "../../../src/commands/handlers/show-status.js";
import { loadConfig } from "../../../src/config/load.js";
import { type FakeConnect, startFakeConnect } from "../../support/fake-connect.js";
import { createStageRecorder } from "../../support/stage.js";

let connect: FakeConnect;
beforeEach(async () => {
  connect = await startFakeConnect();
});
afterEach(() => connect.close());

const part = (state: string) => ({ state, worker_id: "127.0.0.1:8083" });
const statuses = {
  "shop-connector": {
    status: { name: "shop-connector", connector: part("RUNNING"), tasks: [{ id: 0, ...part("RUNNING") }] },
  },
};
const rebalancing = { status: 409, json: { error_code: 409, message: "a rebalance is needed" } };

/** Runs `status` for servers of which only the worker is there. */
async function runStatus({ timeoutMs = 60_000 } = {}) {
  const env = {
    CDC_PIPELINE_CONNECT_URL: connect.url,
    CDC_PIPELINE_POSTGRES_PORT: "1",
    CDC_PIPELINE_KAFKA_BROKERS: "127.0.0.1:1",
  };
  const config = await loadConfig({ cwd: "/", env, flags: { target: "external" } });
  const { context, events } = createStageRecorder({ timeoutMs });
  const session = { config, context, cwd: "/", asCalled: String, print: () => undefined };
  const { fields, text } = await showStatus({}, session);
  return { fields, text, events };
}

describe("the connectors in `status`", () => {
  it("are listed once the worker has rebalanced, which is told", async () => {
    connect.misbehave({ on: /expand=status$/, times: 2, trick: rebalancing });
    connect.misbehave({ on: /expand=status$/, trick: { status: 200, json: statuses } });
    const { text, events } = await runStatus();
    expect(text).toContain("  shop-connector  RUNNING  tasks RUNNING");
    expect(events).toEqual([
      { type: "notice", message: "Kafka Connect is rebalancing (409): a rebalance is needed" },
    ]);
  });

  it("are not waited for beyond the time that the run may take", async () => {
    connect.misbehave({ on: /expand=status$/, trick: rebalancing });
    const startedMs = performance.now();
    const { fields } = await runStatus({ timeoutMs: 500 });
    expect(performance.now() - startedMs).toBeLessThan(15_000);
    expect(fields.connectors).toEqual([]);
    expect(fields.unknown).toEqual({
      connectors: expect.stringContaining("a rebalance is needed") as string,
      slots: "postgres does not run",
    });
    expect(fields.servers).toContainEqual(expect.objectContaining({ server: "connect", state: "running" }));
  });
});

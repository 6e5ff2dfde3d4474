import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { loadConfig } from "../../../../src/config/load.js";
import { createExternalTarget } from "../../../../src/targets/external/external.js";
import { type FakeConnect, startFakeConnect } from "../../../support/fake-connect.js";
import { createStageRecorder } from "../../../support/stage.js";

let connect: FakeConnect;
beforeEach(async () => {
  connect = await startFakeConnect();
});
afterEach(() => connect.close());

const rebalancing = { status: 409, json: { error_code: 409, message: "a rebalance is needed" } };

/** The target with a worker only: nothing listens on the other two ports. */
async function createTarget() {
  const env = {
    CDC_PIPELINE_CONNECT_URL: connect.url,
    CDC_PIPELINE_POSTGRES_PORT: "1",
    CDC_PIPELINE_KAFKA_BROKERS: "127.0.0.1:1",
  };
  return createExternalTarget(await loadConfig({ cwd: "/", env, flags: { target: "external" } }));
}

describe("a worker of somebody else's that is rebalancing", () => {
  it("is waited for on deploy, which is told", async () => {
    connect.misbehave({ on: /^GET \/$/, times: 2, trick: rebalancing });
    const target = await createTarget();
    const recorder = createStageRecorder();
    const deploying = recorder.run("deploy", (stage, context) => target.up(stage, context));
    await expect(deploying).rejects.toMatchObject({ code: expect.stringMatching(/_UNREACHABLE$/) as string });
    await expect.poll(() => recorder.summary(), { timeout: 10_000 }).toContain("Kafka Connect: unchanged");
    expect(recorder.events).toContainEqual({
      type: "step-update",
      stage: "deploy",
      step: "Kafka Connect",
      message: "Kafka Connect is rebalancing (409): a rebalance is needed",
    });
    await expect.poll(() => recorder.summary().length, { timeout: 10_000 }).toBe(3);
  });

  it("is not waited for on status", async () => {
    connect.misbehave({ on: /^GET \/$/, trick: rebalancing });
    const { context } = createStageRecorder();
    const servers = await (await createTarget()).status(context);
    expect(servers).toContainEqual(expect.objectContaining({ server: "connect", state: "unreachable" }));
    expect(connect.requests).toHaveLength(1);
  });
});

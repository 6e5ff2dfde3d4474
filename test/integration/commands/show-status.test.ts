import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { showStatus } from "../../../src/commands/handlers/show-status.js";
import { loadConfig } from "../../../src/config/load.js";
import { type FakeConnect, startFakeConnect } from "../../support/fake-connect.js";
import { makeSandbox, removeSandbox } from "../../support/leaks.js";
import { RecoveryProject } from "../../support/recovery-project.js";
import { NO_OUTSIDE } from "../../support/session.js";
import { createStageRecorder } from "../../support/stage.js";

let connect: FakeConnect;
beforeEach(async () => {
  connect = await startFakeConnect();
});
afterEach(() => connect.close());

const part = (state: string) => ({ state, worker_id: "127.0.0.1:8083" });
const statuses = {
  "shop-connector": {
    info: { name: "shop-connector", config: {}, tasks: [{ connector: "shop-connector", task: 0 }] },
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
  const session = { config, context, cwd: "/", asCalled: String, print: () => undefined, ...NO_OUTSIDE };
  const { fields, text } = await showStatus({ every: 2 }, session);
  return { fields, text, events };
}

describe("the connectors in `status`", () => {
  it("are listed once the worker has rebalanced, which is told", async () => {
    connect.misbehave({ on: /expand=info&expand=status$/, times: 2, trick: rebalancing });
    connect.misbehave({ on: /expand=info&expand=status$/, trick: { status: 200, json: statuses } });
    const { text, events } = await runStatus();
    expect(text).toContain("  shop-connector  RUNNING  tasks RUNNING");
    expect(events).toEqual([
      { type: "notice", message: "Kafka Connect is rebalancing (409): a rebalance is needed" },
    ]);
  });

  it("are not waited for beyond the time that the run may take", async () => {
    connect.misbehave({ on: /expand=info&expand=status$/, trick: rebalancing });
    const startedMs = performance.now();
    const { fields } = await runStatus({ timeoutMs: 500 });
    expect(performance.now() - startedMs).toBeLessThan(15_000);
    expect(fields.connectors).toEqual([]);
    expect(fields.unknown).toEqual({
      connectors: expect.stringContaining("a rebalance is needed") as string,
      events: expect.stringContaining("a rebalance is needed") as string,
      slots: "postgres does not run",
    });
    expect(fields.servers).toContainEqual(expect.objectContaining({ server: "connect", state: "running" }));
  });
});

describe("the WAL archive in `status`", () => {
  it("is shown of a server that is ours: what was archived last, and when", async () => {
    const folder = await makeSandbox();
    const project = await RecoveryProject.start(join(folder, "state"));
    try {
      // `up` makes it.
      await project.query(`CREATE DATABASE "${project.config.postgres.adminDatabase}"`);
      const show = () => {
        const { config, recorder } = project;
        const { context } = recorder;
        return showStatus(
          { every: 2 },
          { config, context, cwd: "/", asCalled: String, print: () => undefined, ...NO_OUTSIDE },
        );
      };
      expect((await show()).text).toMatch(/^WAL archive\n {2}nothing archived yet$/m);
      const file = await project.archiveWal();
      const { text, fields } = await show();
      expect(text).toMatch(new RegExp(`^WAL archive\n  ${file}  archived \\d+ s ago, the last one$`, "m"));
      expect(fields.archive).toMatchObject({
        isOn: true,
        isFailing: false,
        failedCount: 0,
        lastArchivedWal: file,
      });
      await project.stop();
      const stopped = await show();
      expect(stopped.fields).toMatchObject({ archive: null, unknown: { archive: "postgres does not run" } });
      expect(stopped.text).toContain("WAL archive\n  not known: postgres does not run");
    } finally {
      await project.stop();
      await removeSandbox(folder);
    }
  });

  it("is left out where the server is somebody else's", async () => {
    connect.misbehave({ on: /expand=info&expand=status$/, trick: { status: 200, json: statuses } });
    const { text, fields } = await runStatus();
    expect(text).not.toContain("WAL archive");
    expect(fields.archive).toBeNull();
  });
});

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { createConnectClient } from "../../../../src/clients/connect/create-connect-client.js";
import type { FileConnector } from "../../../../src/connectors/files/resolve-config.js";
import { planFiles } from "../../../../src/stages/register/plan-files.js";
import { refuseForeign } from "../../../../src/stages/register/refuse-foreign.js";
import { registerFiles } from "../../../../src/stages/register/register-files.js";
import { catchCdcError } from "../../../support/catch-cdc-error.js";
import {
  failed,
  type FakeConnect,
  NO_TASK,
  POSTGRES_CONNECTOR,
  RUNNING,
  startFakeConnect,
} from "../../../support/fake-connect.js";
import { SINGLE_TRACE } from "../../../support/java-traces.js";
import { createStageRecorder, type StageRecorder } from "../../../support/stage.js";

/* What a real worker cannot be made to do, or not in time. The rest is in test/e2e/register-files.test.ts. */

let connect: FakeConnect;
let recorder: StageRecorder;
beforeEach(async () => {
  connect = await startFakeConnect();
  recorder = createStageRecorder();
});
afterEach(() => connect.close());

const connector = (name: string, config: Readonly<Record<string, string>> = {}): FileConnector => ({
  name,
  config: { "connector.class": POSTGRES_CONNECTOR, "slot.name": name, "database.hostname": "db", ...config },
  hidden: new Set(),
  secrets: [],
  place: `${name}.json:1:1`,
  placeOf: () => `${name}.json:1:1`,
  folder: "/",
});

interface Given {
  readonly adopt?: boolean;
  readonly prunes?: boolean;
  readonly settleMs?: number;
  readonly mark?: string;
}

async function run(
  connectors: readonly FileConnector[],
  { adopt = false, prunes = false, settleMs = 0, mark = "files" }: Given = {},
) {
  const client = createConnectClient({ url: connect.url }, recorder.context);
  const plan = await planFiles(client, connectors, { mark, adopt, prunes });
  refuseForeign(plan.works, { adopt });
  const options = { connectTo: () => client, adopt, settleMs };
  return recorder.run("register", (stage, context) => registerFiles(plan, options, stage, context));
}
const requests = () => connect.requests.map(({ method, path }) => `${method} ${path}`);
const forget = () => {
  (connect.requests as unknown[]).length = 0;
};

describe("connectors that are as their files say", () => {
  it("take one read, however many there are", async () => {
    const hundred = Array.from({ length: 100 }, (_, index) => connector(`shop-${index}`));
    await run(hundred);
    forget();
    const applied = await run(hundred);
    expect(new Set(applied.map(({ written }) => written))).toEqual(new Set(["unchanged"]));
    expect(requests()).toEqual(["GET /connectors?expand=info&expand=status"]);
  });

  it("are waited for together: one request a look", async () => {
    const ten = Array.from({ length: 10 }, (_, index) => connector(`shop-${index}`));
    for (const { name } of ten) connect.showNext(name, NO_TASK, NO_TASK, NO_TASK, RUNNING);
    await run(ten);
    const looks = requests().filter((request) => request.startsWith("GET") && request.includes("status"));
    expect(looks.length).toBeLessThan(12);
    expect(looks.filter((request) => request.includes("connectors/shop"))).toEqual([]);
  });
});

describe("a secret that the worker hides", () => {
  const masked = (config: Readonly<Record<string, string>> = {}) =>
    connect.configs.set("shop", {
      ...connector("shop").config,
      name: "shop",
      "database.password": "********",
      "cdc.pipeline.managed": "files",
      ...config,
    });

  it("is no difference by itself", async () => {
    masked();
    const [only] = await run([connector("shop", { "database.password": "ours" })]);
    expect(only?.written).toBe("unchanged");
    expect(connect.writes()).toEqual([]);
  });

  it("is written with our value where something else differs", async () => {
    masked({ "slot.name": "other" });
    await run([connector("shop", { "database.password": "ours" })]);
    expect(connect.configs.get("shop")).toMatchObject({ "database.password": "ours", "slot.name": "shop" });
    expect(recorder.steps().find(({ status }) => status === "updated")?.detail).toBe("slot.name");
  });

  it("is not lost to an adoption: neither the mask nor nothing is written", async () => {
    connect.configs.set("shop", { ...connector("shop").config, "database.password": "••••••" });
    const error = await catchCdcError(run([connector("shop")], { adopt: true }));
    expect(error.code).toBe("CONNECTOR_SECRET_UNKNOWN");
    expect(error.message).toContain("database.password of the connector shop");
    expect(connect.writes()).toEqual([]);
  });
});

describe("somebody else", () => {
  it("who makes a connector of the name during the validation keeps it", async () => {
    connect.misbehave({ on: /validate$/, times: 1, trick: { delayMs: 300 } });
    const running = catchCdcError(run([connector("shop")]));
    await expect.poll(() => requests().some((request) => request.endsWith("/validate"))).toBe(true);
    const theirs = { ...connector("shop").config, "slot.name": "theirs" };
    connect.configs.set("shop", theirs);
    expect((await running).code).toBe("CONNECTOR_NOT_OURS");
    expect(connect.configs.get("shop")).toBe(theirs);
    expect(connect.writes()).toEqual([]);
  });

  it("who deletes it during the wait is told of at once", async () => {
    connect.showNext("shop", NO_TASK);
    const running = catchCdcError(run([connector("shop")]));
    await expect.poll(() => connect.configs.has("shop")).toBe(true);
    await expect
      .poll(() => requests().filter((request) => request.endsWith("/status")).length)
      .toBeGreaterThan(1);
    connect.configs.delete("shop");
    const startedMs = performance.now();
    const error = await running;
    expect(error.code).toBe("CONNECTOR_UNKNOWN");
    expect(error.message).toBe("connector shop was deleted by somebody else while it was waited for");
    expect(performance.now() - startedMs).toBeLessThan(10_000);
  });
});

describe("a task that fails only after it was RUNNING", () => {
  it("is seen within the time that all must stay so", async () => {
    connect.showNext("shop", RUNNING, RUNNING, failed(SINGLE_TRACE));
    connect.showAfterRestart("shop", failed(SINGLE_TRACE));
    const error = await catchCdcError(run([connector("shop")], { settleMs: 1_000 }));
    expect(error.code).toBe("CONNECTOR_TASK_FAILED");
    expect(error.message).toContain("connector shop: task 0 FAILED: ");
    expect(error.message).not.toContain("\n");
  });

  it("does not keep the others from being made", async () => {
    connect.showNext("shop", failed(SINGLE_TRACE));
    const error = await catchCdcError(run([connector("shop"), connector("mall")]));
    expect(error.code).toBe("CONNECTOR_TASK_FAILED");
    expect([...connect.configs.keys()]).toEqual(["shop", "mall"]);
    expect(recorder.summary()).toContain("mall and its tasks RUNNING: unchanged");
  });
});

describe("a connector that is paused", () => {
  it("is not waited for, unless its file says that it is to run", async () => {
    await run([connector("shop")]);
    connect.showNext("shop", { connector: "PAUSED", tasks: ["PAUSED"] });
    const [only] = await run([connector("shop")]);
    expect(only?.note).toBe("it is PAUSED, and stays so");
    const error = await catchCdcError(run([{ ...connector("shop"), initialState: "RUNNING" }]));
    expect(error.code).toBe("CONNECTOR_NOT_RUNNING");
    expect(error.hint).toBe("cdc-pipeline connectors resume shop");
  });
});

describe("prune", () => {
  it("removes what bears the mark of its set, when all others run, and nothing else", async () => {
    await run([connector("mine"), connector("gone")]);
    await run([connector("theirs")], { mark: "files:other" });
    connect.configs.set("database", { ...connector("database").config, "cdc.pipeline.managed": "true" });
    connect.configs.set("foreign", connector("foreign").config);
    await run([connector("mine")], { prunes: true });
    expect([...connect.configs.keys()]).toEqual(["mine", "theirs", "database", "foreign"]);
  });

  it("removes nothing where another connector fails", async () => {
    await run([connector("gone")]);
    connect.showNext("mine", failed(SINGLE_TRACE));
    await catchCdcError(run([connector("mine")], { prunes: true }));
    expect(connect.configs.has("gone")).toBe(true);
  });
});

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { runCommand } from "../../../../src/cli/run-command.js";
import { register as registerCommand } from "../../../../src/commands/register.js";
import { register } from "../../../../src/stages/register/register.js";
import type { RegisterOptions } from "../../../../src/stages/register/register-options.js";
import { catchCdcError } from "../../../support/catch-cdc-error.js";
import {
  failed,
  type FakeConnect,
  NO_TASK,
  POSTGRES_CONNECTOR,
  RESTARTING,
  RUNNING,
  startFakeConnect,
} from "../../../support/fake-connect.js";
import { PERMISSION_TRACE, SINGLE_TRACE } from "../../../support/java-traces.js";
import { createStageRecorder, type StageRecorder } from "../../../support/stage.js";
import { MemoryStream } from "../../../unit/ui/memory-stream.js";

const PASSWORD = "s3cret-of-debezium";
const PUT_SHOP = "PUT /connectors/shop-connector/config";
const RESTART_SHOP = "POST /connectors/shop-connector/restart?includeTasks=true&onlyFailed=true";

let connect: FakeConnect;
let recorder: StageRecorder;
let folder: string;
/** Everything that a user or a program could get to see. */
let seen: unknown[];

beforeEach(async () => {
  connect = await startFakeConnect();
  recorder = createStageRecorder();
  folder = await mkdtemp(join(tmpdir(), "cdc-pipeline-test-"));
  seen = [];
});

afterEach(async () => {
  await connect.close();
  await rm(folder, { recursive: true });
  // Connect gets the password; nobody else ever does.
  expect(inspect([seen, recorder.events], { depth: 20, maxStringLength: null })).not.toContain(PASSWORD);
});

interface Overrides {
  readonly databases?: readonly string[];
  readonly adopt?: boolean;
  readonly debezium?: Partial<RegisterOptions["debezium"]>;
}

function run({ databases = ["shop"], adopt = false, debezium = {} }: Overrides = {}): Promise<void> {
  const endpoint = { host: "127.0.0.1", port: 5432, adminUser: "a", adminPassword: "b", adminDatabase: "c" };
  const options: RegisterOptions = {
    deployment: {
      endpoints: { postgres: endpoint, kafka: { brokers: [] }, connect },
      postgresFromConnect: { host: "db.internal", port: 5433 },
    },
    databases,
    adopt,
    debezium: {
      user: "debezium_user",
      password: PASSWORD,
      publication: "debezium_publication",
      heartbeatMs: 10_000,
      schemas: [],
      ...debezium,
    },
  };
  return recorder.run("register", (stage, context) => register(options, stage, context));
}

async function refusal(overrides?: Overrides) {
  const error = await catchCdcError(run(overrides));
  seen.push(error);
  return error;
}

/** As it is after a first run. */
async function registerBefore(): Promise<void> {
  await run();
  recorder = createStageRecorder();
  (connect.requests as unknown[]).length = 0;
}

/** Without what only looks, unless it failed. */
const steps = () =>
  recorder
    .steps()
    .filter(({ step, status }) => status === "failed" || !/^(?:comparison|validation)/.test(step));
const summary = () => steps().map(({ step, status }) => `${step}: ${status}`);

const messages = () => updates().map(({ message }) => message);
const updates = () =>
  recorder.events.flatMap((event) =>
    event.type === "step-update" && !event.step.startsWith("validation") ? [event] : [],
  );

describe("a database without a connector", () => {
  it("gets one, validated first, that reads it as Kafka Connect sees it", async () => {
    await run();
    expect(steps()).toMatchObject([
      {
        step: "connector shop-connector",
        database: "shop",
        status: "created",
        detail: "slot debezium_shop_slot, topics debezium.shop.*",
      },
      { step: "connector and tasks RUNNING", database: "shop", status: "unchanged" },
    ]);
    expect(connect.configs.get("shop-connector")).toMatchObject({
      "connector.class": POSTGRES_CONNECTOR,
      "database.hostname": "db.internal",
      "database.port": "5433",
      "database.dbname": "shop",
      "database.password": PASSWORD,
      "slot.name": "debezium_shop_slot",
      "cdc.pipeline.managed": "true",
    });
    const order = connect.requests.map(({ path }) => path.split("/").at(-1));
    expect(order.indexOf("validate")).toBeLessThan(order.lastIndexOf("config"));
    expect(connect.writes()).toEqual([PUT_SHOP]);
  });

  it("waits while the worker has no status of it, then no task", async () => {
    connect.showNext("shop-connector", "missing", "missing", NO_TASK, RESTARTING, RUNNING);
    await run();
    expect(messages()).toEqual([
      "the worker knows no status of it yet",
      "connector RUNNING, no task yet",
      "task 0 RESTARTING",
    ]);
  });

  it("gets one under a name that a URL must spell otherwise", async () => {
    await run({ databases: ["My Shop/1"] });
    const [name = ""] = connect.configs.keys();
    expect(name).toMatch(/^my_shop_1_[0-9a-f]{10}-connector$/);
    expect(connect.configs.get(name)).toMatchObject({ "database.dbname": "My Shop/1" });
  });

  it("gets the one of a template of the user's own", async () => {
    const template = join(folder, "own.json");
    await writeFile(
      template,
      JSON.stringify({ "connector.class": POSTGRES_CONNECTOR, "database.password": "${debezium.password}" }),
    );
    await run({ debezium: { template } });
    expect(connect.configs.get("shop-connector")).toEqual({
      name: "shop-connector",
      "connector.class": POSTGRES_CONNECTOR,
      "database.password": PASSWORD,
      "cdc.pipeline.managed": "true",
    });
  });

  it("gets none when the template cannot be read", async () => {
    const template = join(folder, "missing.json");
    const error = await refusal({ debezium: { template } });
    expect(error.code).toBe("TEMPLATE_INVALID");
    expect(error.message).toContain(template);
    expect(connect.requests).toEqual([]);
  });
});

describe("a connector that is as it should be", () => {
  it("is left alone: not one request writes", async () => {
    await registerBefore();
    await run();
    expect(summary()).toEqual([
      "connector shop-connector: unchanged",
      "connector and tasks RUNNING: unchanged",
    ]);
    expect(connect.requests.filter(({ method }) => method !== "GET")).toEqual([]);
    expect(recorder.events.at(-1)).toMatchObject({ type: "stage-end", status: "unchanged" });
  });

  it("is refused all the same when it lacks the mark, for it may be somebody else's", async () => {
    await registerBefore();
    const config = Object.entries(connect.configs.get("shop-connector") ?? {});
    const unmarked = config.filter(([key]) => key !== "cdc.pipeline.managed");
    connect.configs.set("shop-connector", Object.fromEntries(unmarked));
    const error = await refusal();
    expect(error.code).toBe("CONNECTOR_NOT_OURS");
    expect(error.hint).toMatch(/differs in: cdc\.pipeline\.managed$/);
    expect(connect.writes()).toEqual([]);
  });
});

describe("a connector of ours that differs", () => {
  it("is updated, and only the keys that changed are named", async () => {
    await registerBefore();
    await run({ debezium: { heartbeatMs: 5_000, password: `${PASSWORD}-new` } });
    expect(steps()[0]).toMatchObject({
      status: "updated",
      detail: "database.password, heartbeat.interval.ms",
    });
    expect(connect.writes()).toEqual([PUT_SHOP]);
    expect(connect.configs.get("shop-connector")).toMatchObject({ "heartbeat.interval.ms": "5000" });
  });

  it("loses keys that are not wanted any more", async () => {
    await registerBefore();
    const config = connect.configs.get("shop-connector") ?? {};
    connect.configs.set("shop-connector", { ...config, "snapshot.fetch.size": "7" });
    await run();
    expect(steps()[0]).toMatchObject({ status: "updated", detail: "snapshot.fetch.size" });
    expect(connect.configs.get("shop-connector")).toEqual(config);
  });

  it("is not believed to run before its new task does", async () => {
    await registerBefore();
    // The old task is still shown while the worker stops it.
    connect.showNext("shop-connector", RUNNING, RUNNING, failed(SINGLE_TRACE));
    connect.showAfterRestart("shop-connector", RESTARTING, failed(SINGLE_TRACE));
    const error = await refusal({ debezium: { user: "nobody" } });
    expect(error.code).toBe("CONNECTOR_TASK_FAILED");
  });
});

describe("a connector that somebody else made", () => {
  const foreign = { name: "shop-connector", "connector.class": POSTGRES_CONNECTOR, "tasks.max": "1" };
  beforeEach(() => void connect.configs.set("shop-connector", foreign));

  it("is refused untouched, with what differs and what to say to take it over", async () => {
    const error = await refusal();
    expect(error.code).toBe("CONNECTOR_NOT_OURS");
    expect(error.message).toContain("shop-connector");
    expect(error.hint).toContain("--adopt");
    expect(error.hint).toContain("database.hostname");
    expect(error.hint).not.toContain("tasks.max");
    expect(connect.writes()).toEqual([]);
    expect(summary()).toEqual(["comparison with what runs: failed"]);
  });

  it("is taken over with adopt, and is ours from then on", async () => {
    await run({ adopt: true });
    expect(steps()[0]).toMatchObject({ status: "updated" });
    expect(connect.configs.get("shop-connector")).toMatchObject({ "cdc.pipeline.managed": "true" });
    recorder = createStageRecorder();
    await run();
    expect(summary()[0]).toBe("connector shop-connector: unchanged");
  });
});

describe("a connector that failed", () => {
  it("is restarted once, and then runs", async () => {
    await registerBefore();
    connect.showNext("shop-connector", failed(PERMISSION_TRACE));
    connect.showAfterRestart("shop-connector", failed(PERMISSION_TRACE), RESTARTING, RUNNING);
    await run();
    expect(connect.writes()).toEqual([RESTART_SHOP]);
    expect(steps()[1]).toMatchObject({ status: "started", detail: "had failed, restarted" });
    expect(messages()[0]).toContain("must be superuser or replication role");
  });

  it("is reported with its root cause when it fails again at once", async () => {
    connect.showNext("shop-connector", NO_TASK, failed(PERMISSION_TRACE));
    connect.showAfterRestart("shop-connector", RESTARTING, failed(PERMISSION_TRACE));
    const error = await refusal();
    expect(error.code).toBe("CONNECTOR_TASK_FAILED");
    expect(error.message).toBe(
      "connector shop-connector: task 0 FAILED: ERROR: must be superuser or replication role to use replication slots",
    );
    expect(error.hint).toBe("cdc-pipeline logs connect");
    expect((error.cause as Error).message).toBe(PERMISSION_TRACE);
    expect(connect.writes()).toEqual([PUT_SHOP, RESTART_SHOP]);
  });

  it("is given a moment after its restart, and no more", async () => {
    connect.showNext("shop-connector", failed(SINGLE_TRACE));
    const startedMs = performance.now();
    const error = await refusal();
    expect(error.code).toBe("CONNECTOR_TASK_FAILED");
    expect(error.message).toContain("password authentication failed");
    expect(performance.now() - startedMs).toBeLessThan(8_000);
    expect(connect.writes().filter((write) => write === RESTART_SHOP)).toHaveLength(1);
  });

  it("is restarted also while the worker's group is rebalancing", async () => {
    await registerBefore();
    connect.showNext("shop-connector", failed(SINGLE_TRACE));
    connect.showAfterRestart("shop-connector", RESTARTING, RUNNING);
    connect.misbehave({ on: /^POST .*restart/, times: 2, trick: rebalancing });
    await run();
    expect(steps()[1]).toMatchObject({ status: "started" });
  });
});

describe("a connector that does not come up", () => {
  it("is reported at the deadline with what was last seen", async () => {
    recorder = createStageRecorder({ timeoutMs: 700 });
    connect.showNext("shop-connector", NO_TASK);
    const error = await refusal();
    expect(error.code).toBe("CONNECTOR_NOT_RUNNING");
    expect(error.message).toContain("last seen: connector RUNNING, no task yet");
    expect(error.hint).toContain("--timeout");
  });
});

const rebalancing = {
  status: 409,
  json: { error_code: 409, message: "Cannot complete request momentarily due to stale configuration" },
};

describe("a worker whose group is rebalancing", () => {
  it("is asked again until it takes the connector", async () => {
    connect.misbehave({ on: /^PUT .*\/config$/, times: 3, trick: rebalancing });
    await run();
    expect(summary()[0]).toBe("connector shop-connector: created");
    expect(connect.writes()).toEqual([PUT_SHOP, PUT_SHOP, PUT_SHOP, PUT_SHOP]);
  });

  it("is told of while it is waited for", async () => {
    connect.misbehave({ on: /^PUT .*\/config$/, times: 2, trick: rebalancing });
    connect.misbehave({ on: /^GET .*\/status$/, times: 2, trick: rebalancing });
    await run();
    const message =
      "Kafka Connect is rebalancing (409): Cannot complete request momentarily due to stale configuration";
    expect(updates()).toEqual([
      { type: "step-update", stage: "register", step: "connector shop-connector", database: "shop", message },
      {
        type: "step-update",
        stage: "register",
        step: "connector and tasks RUNNING",
        database: "shop",
        message,
      },
    ]);
  });

  it("is given up at the deadline of the run, with what was not taken and the last answer", async () => {
    connect.misbehave({ on: /^PUT .*\/config$/, trick: rebalancing });
    recorder = createStageRecorder({ timeoutMs: 800 });
    const startedMs = performance.now();
    const error = await refusal();
    expect(performance.now() - startedMs).toBeLessThan(5_000);
    expect(error.code).toBe("CONNECT_FAILED");
    expect(error.message).toContain(`Kafka Connect at ${connect.url} did not take ${PUT_SHOP} in time`);
    expect(error.message).toContain("409");
    expect(error.message).toContain("stale configuration");
    expect(error.hint).toContain("--timeout SECONDS");
    expect(connect.configs.size).toBe(0);
  });
});

describe("a worker that refuses", () => {
  it("for want of Debezium is told so, with what it has", async () => {
    connect.plugins = ["org.apache.kafka.connect.mirror.MirrorSourceConnector", "com.example.OtherConnector"];
    const error = await refusal();
    expect(error.code).toBe("CONNECTOR_CLASS_MISSING");
    expect(error.message).toContain(POSTGRES_CONNECTOR);
    expect(error.message).toContain(connect.url);
    expect(error.hint).toContain("com.example.OtherConnector");
    expect(error.hint).not.toContain("Mirror");
    expect(connect.writes()).toEqual([]);
  });

  it("fields is told with each field and what is wrong with it", async () => {
    connect.fieldErrors = {
      "database.hostname": ["A value is required"],
      "publication.name": ["must exist", "must not be empty"],
    };
    const error = await refusal();
    expect(error.code).toBe("CONNECTOR_INVALID");
    expect(error.message.split("\n").slice(1)).toEqual([
      "database.hostname (db.internal): A value is required",
      "publication.name (debezium_publication): must exist must not be empty",
      "  cdc-pipeline prepare DATABASE makes the publication; with it, publication.autocreate.mode is disabled",
    ]);
    expect(error.hint).toContain("cdc-pipeline prepare");
    expect(error.details).toMatchObject({ fields: ["database.hostname", "publication.name"] });
    expect(connect.writes()).toEqual([]);
  });
});

describe("a worker that does not answer as one", () => {
  const HTML = "<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1></body></html>";

  it.each([
    ["an error page of a proxy", { status: 502, html: HTML }, "502: an HTML page, not Kafka Connect's JSON"],
    ["a login page of a proxy", { status: 200, html: HTML }, "200: an HTML page, not Kafka Connect's JSON"],
    [
      "a fault",
      { status: 500, json: { error_code: 500, message: "Request timed out" } },
      "500: Request timed out",
    ],
    ["a fault without words", { status: 503, json: {} }, "503: HTTP 503"],
    ["a fault without a message", { status: 500, json: { error_code: 500, message: null } }, "500: HTTP 500"],
    ["a refusal of the user", { status: 401, html: "Unauthorized" }, "401"],
  ])("with %s is told apart", async (_what, trick, message) => {
    connect.misbehave({ on: /^GET .*\/config$/, trick });
    const error = await refusal();
    expect(error.code).toBe("CONNECT_FAILED");
    expect(error.message).toContain(`Kafka Connect at ${connect.url} answers ${message}`);
    expect(error.message).not.toContain("<html>");
    expect(summary()).toEqual(["connector shop-connector: failed"]);
  });

  it("is quoted with the first line of what it says", async () => {
    const message = "Request failed:\n\tat org.apache.kafka.connect.Worker.start(Worker.java:1)\r\n\tat more";
    connect.misbehave({ on: /^GET .*\/config$/, trick: { status: 500, json: { message } } });
    expect((await refusal()).message).toBe(`Kafka Connect at ${connect.url} answers 500: Request failed:`);
  });

  it("fails also where it does so in the middle", async () => {
    connect.misbehave({ on: /^GET .*\/status$/, trick: { status: 500, json: { message: "out of memory" } } });
    const error = await refusal();
    expect(error).toMatchObject({ code: "CONNECT_FAILED", details: { status: 500 } });
    expect(summary()).toEqual(["connector shop-connector: created", "connector and tasks RUNNING: failed"]);
  });

  it("is unreachable when it closes the connection on the first request", async () => {
    connect.misbehave({ on: /^GET .*\/config$/, trick: { closeConnection: true } });
    const error = await refusal();
    expect(error.code).toBe("CONNECT_UNREACHABLE");
    expect(error.message).toContain(`${connect.url} does not answer: ECONNRESET`);
    expect(error.hint).toMatch(/^cdc-pipeline status; .*CDC_PIPELINE_CONNECT_URL/);
  });

  it.each([/^PUT .*\/config$/, /^PUT .*\/validate$/])(
    "is waited for when it closes the connection on %s, having answered before",
    async (on) => {
      recorder = createStageRecorder({ timeoutMs: 1_500 });
      connect.misbehave({ on, trick: { closeConnection: true } });
      const error = await refusal();
      expect(error.code).toBe("CONNECT_UNREACHABLE");
      expect(error.message).toMatch(/ did not take PUT \S+ in time; last seen: ECONNRESET$/);
      expect(error.hint).toContain("--timeout SECONDS");
    },
  );

  it("is waited for when it is slow", async () => {
    connect.misbehave({ on: /./, trick: { delayMs: 100 } });
    await run();
    expect(summary()[1]).toBe("connector and tasks RUNNING: unchanged");
  });
});

describe("an interrupt", () => {
  async function interruptOn(isReached: () => boolean) {
    const running = run().catch((error: unknown) => error);
    await expect.poll(isReached, { interval: 5, timeout: 5_000 }).toBe(true);
    const abortedMs = performance.now();
    recorder.abort();
    const error = await running;
    seen.push(error);
    expect(error).toMatchObject({ name: "AbortError" });
    expect(performance.now() - abortedMs).toBeLessThan(2_000);
    expect(recorder.events.at(-1)).toMatchObject({ type: "stage-end", status: "failed" });
  }

  it("ends a request that is under way", async () => {
    connect.misbehave({ on: /^PUT .*\/config$/, trick: { delayMs: 60_000 } });
    await interruptOn(() => connect.writes().length > 0);
    expect(connect.configs.size).toBe(0);
  });

  it("ends the repetition of what a worker turns down", async () => {
    connect.misbehave({ on: /^PUT .*\/config$/, trick: rebalancing });
    await interruptOn(() => connect.writes().length > 1);
    const writes = connect.writes().length;
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(connect.writes()).toHaveLength(writes);
  });

  it("ends the wait for RUNNING, and what was made stays", async () => {
    connect.showNext("shop-connector", NO_TASK);
    await interruptOn(() => messages().length > 0);
    expect([...connect.configs.keys()]).toEqual(["shop-connector"]);
  });
});

describe("two databases", () => {
  it("get a connector each, in the order named, and are waited for together", async () => {
    await run({ databases: ["shop", "orders"] });
    expect(steps().map(({ database, step, status }) => [database, step, status])).toEqual([
      ["shop", "connector shop-connector", "created"],
      ["orders", "connector orders-connector", "created"],
      ["shop", "connector and tasks RUNNING", "unchanged"],
      ["orders", "connector and tasks RUNNING", "unchanged"],
    ]);
    const slots = [...connect.configs.values()].map((config) => config["slot.name"]);
    expect(slots).toEqual(["debezium_shop_slot", "debezium_orders_slot"]);
  });

  it("end with the first that fails; the one after it is not touched", async () => {
    connect.configs.set("shop-connector", { "connector.class": "com.example.Other" });
    const error = await refusal({ databases: ["shop", "orders"] });
    expect(error.code).toBe("CONNECTOR_NOT_OURS");
    expect(connect.requests.filter(({ path }) => path.includes("orders"))).toEqual([]);
  });

  it("are changed one without the other", async () => {
    await registerBefore();
    await run({ databases: ["shop", "orders"] });
    expect(connect.writes()).toEqual(["PUT /connectors/orders-connector/config"]);
  });
});

describe("the command `register`", () => {
  async function runRegister(...options: readonly ("json" | "verbose")[]) {
    const [stdout, stderr] = [new MemoryStream(), new MemoryStream()];
    const args = {
      database: ["shop"],
      target: "external",
      config: undefined,
      context: undefined,
      namespace: undefined,
      timeout: undefined,
      quiet: undefined,
      json: options.includes("json") || undefined,
      verbose: options.includes("verbose") || undefined,
    };
    const exitCode = await runCommand(registerCommand, args, {
      cwd: folder,
      env: {
        CDC_PIPELINE_CONNECT_URL: `${connect.url}/`,
        CDC_PIPELINE_DEBEZIUM_PASSWORD: PASSWORD,
      },
      stdout: stdout as unknown as NodeJS.WriteStream,
      stderr: stderr as unknown as NodeJS.WriteStream,
      signal: new AbortController().signal,
    });
    seen.push(stdout.written, stderr.written);
    return { exitCode, stdout: stdout.written, stderr: stderr.lines().join("\n") };
  }

  it("works with servers that exist, and says what to do next", async () => {
    const { exitCode, stdout } = await runRegister();
    expect(exitCode).toBe(0);
    expect(stdout).toContain("cdc-pipeline verify --target external shop");
    expect(connect.configs.get("shop-connector")).toMatchObject({ "database.password": PASSWORD });
  });

  it("hides the password also where the worker quotes it", async () => {
    connect.misbehave({ on: /^PUT .*\/config$/, trick: { status: 500, echo: true } });
    const { exitCode, stdout, stderr } = await runRegister("json", "verbose");
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      error: { code: "CONNECT_FAILED", message: expect.stringContaining("[hidden]") as string },
    });
    expect(stderr).toContain("[hidden]");
  });

  it("hides the password in what a failed task tells", async () => {
    const trace = SINGLE_TRACE.replace("Unable to connect", `jdbc:postgresql://db/?password=${PASSWORD}`);
    connect.showNext("shop-connector", failed(trace));
    connect.showAfterRestart("shop-connector", RESTARTING, failed(trace));
    const { exitCode, stderr } = await runRegister("verbose");
    expect(exitCode).toBe(1);
    expect(stderr).toContain("CONNECTOR_TASK_FAILED");
    expect(stderr).toContain("caused by");
    expect(stderr).toContain("[hidden]");
  });
});

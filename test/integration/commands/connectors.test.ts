import { PassThrough } from "node:stream";

import { afterEach, beforeEach, describe, expect, inject, it } from "vitest";

import { createProgram } from "../../../src/cli/program.js";
import { runCommand } from "../../../src/cli/run-command.js";
import { toCdcError } from "../../../src/errors.js";
import { createTestDatabase } from "../../support/databases.js";
import {
  failed,
  type FakeConnect,
  NO_TASK,
  POSTGRES_CONNECTOR,
  RESTARTING,
  RUNNING,
  startFakeConnect,
} from "../../support/fake-connect.js";
import { MemoryStream } from "../../unit/ui/memory-stream.js";

/* What a real worker cannot be made to do, and bad input. */

let connect: FakeConnect;
beforeEach(async () => {
  connect = await startFakeConnect();
});
afterEach(() => connect.close());

interface RunOptions {
  /** What a person at the terminal answers; without it nobody sits there. */
  readonly answer?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** The result goes to a terminal. */
  readonly hasScreen?: boolean;
}

/** Runs `connectors …` as the command line does, towards the fake. */
async function run(
  words: readonly string[],
  { answer, env = {}, signal, hasScreen = false }: RunOptions = {},
) {
  const stdout = new MemoryStream();
  const stderr = new MemoryStream();
  const stdin = Object.assign(new PassThrough(), { isTTY: true });
  if (answer !== undefined) stdin.end(`${answer}\n`);
  // Columns of a file: what is printed is not wrapped.
  Object.assign(stdout, { isTTY: hasScreen });
  Object.assign(stderr, { isTTY: answer !== undefined });
  const terminal = {
    cwd: "/",
    env: { CDC_PIPELINE_TARGET: "external", CDC_PIPELINE_CONNECT_URL: connect.url, NO_COLOR: "1", ...env },
    stdout: stdout as unknown as NodeJS.WriteStream,
    stderr: stderr as unknown as NodeJS.WriteStream,
    ...(answer === undefined ? {} : { stdin: stdin as unknown as NodeJS.ReadStream }),
    signal: signal ?? new AbortController().signal,
  };
  let exit: number | undefined;
  let usage: string | undefined;
  try {
    await createProgram(["connectors", ...words], async (spec, args) => {
      exit = await runCommand(spec, args, terminal);
    }).parseAsync();
  } catch (error) {
    usage = toCdcError(error).message;
  }
  return { exit, usage, stdout: stdout.written, stderr: stderr.lines().join("\n") };
}

async function json(words: readonly string[], options: RunOptions = {}) {
  const { exit, stdout } = await run([...words, "--json", "--quiet"], options);
  return { exit, document: JSON.parse(stdout) as Record<string, unknown> & { error?: unknown } };
}

const add = (name: string, config: Readonly<Record<string, string>> = {}) =>
  connect.configs.set(name, { "connector.class": POSTGRES_CONNECTOR, name, ...config });
const requests = () => connect.requests.map(({ method, path }) => `${method} ${path}`);
const refused = (status: number, message: string) => ({ status, json: { error_code: status, message } });

describe("connectors list", () => {
  it("of 600 connectors is one request", async () => {
    for (let index = 0; index < 600; index++) add(`connector-${index}`);
    connect.showNext("connector-417", failed("a.BException: Connection refused by host"));
    const { stdout, exit } = await run(["list"]);
    expect(exit).toBe(0);
    expect(requests()).toEqual(["GET /connectors?expand=info&expand=status"]);
    const lines = stdout.split("\n");
    expect(lines[1]).toMatch(/^connector-417 +PostgresConnector +RUNNING +1 FAILED/);
    expect(lines[2]).toMatch(/^connector-0 /);
    expect(stdout).toContain("  connector-417: task 0 FAILED: Connection refused by host");
    expect(stdout.trimEnd().endsWith("600 connectors: 1 failed, 599 running")).toBe(true);
  });

  it("shows no secret of a configuration that a trace quotes", async () => {
    add("shop", { "database.password": "planted-password" });
    connect.showNext("shop", failed('a.BException: cannot use {database.password="planted-password"}'));
    const { stdout } = await run(["list"]);
    expect(stdout).toContain('cannot use {database.password="[hidden]"}');
  });

  it.each([
    ["there is none", () => undefined, 0],
    ["all run", () => add("a"), 0],
    ["one has failed", () => connect.showNext("a", failed("x")), 1],
    ["one has no task", () => connect.showNext("a", NO_TASK), 1],
    ["the worker knows no status of one", () => connect.showNext("a", "missing"), 1],
  ])("exits with --check by whether all run: %s", async (_case, arrange, exit) => {
    if (exit === 1) add("a");
    arrange();
    expect((await run(["list", "--check"])).exit).toBe(exit);
  });

  it("says that none has failed with --failed", async () => {
    add("a");
    expect((await run(["list", "--failed"])).stdout).toBe("none of 1 has failed\n");
  });

  it("draws the whole screen anew with --watch on a terminal", async () => {
    add("a");
    add("b");
    const controller = new AbortController();
    const watching = run(["list", "--watch", "a"], { signal: controller.signal, hasScreen: true });
    await expect.poll(() => requests().length).toBeGreaterThan(2);
    connect.showNext("a", failed("a.BException: no more disk"));
    const before = requests().length;
    await expect.poll(() => requests().length).toBeGreaterThan(before + 2);
    controller.abort();
    const { stdout, exit } = await watching;
    expect(exit).toBe(0);
    const frames = stdout.split("\u001b[2J\u001b[H").slice(1);
    expect(frames).toHaveLength(2);
    expect(frames[0]).toMatch(/^\d\d:\d\d:\d\d {2}Ctrl-C ends it\n\nname .*\na +PostgresConnector +RUNNING/);
    expect(frames[0]).toContain("1 connector: 1 running");
    expect(frames[1]).toContain("  a: task 0 FAILED: no more disk\n\n1 connector: 1 failed");
  });

  it("tells with --watch when Kafka Connect goes away and comes back", async () => {
    add("a");
    const controller = new AbortController();
    const watching = run(["list", "--watch", "--json", "--quiet"], { signal: controller.signal });
    await expect.poll(() => requests().length).toBeGreaterThan(2);
    connect.misbehave({ on: /expand=status$/, times: 2, trick: { closeConnection: true } });
    const before = requests().length;
    await expect.poll(() => requests().length, { timeout: 15_000 }).toBeGreaterThan(before + 4);
    connect.showNext("a", failed("a.BException: no more disk"));
    await expect.poll(() => requests().length, { timeout: 15_000 }).toBeGreaterThan(before + 8);
    controller.abort();
    const { stdout } = await watching;
    const lines = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toMatchObject([
      { connector: null, after: "AWAY" },
      { connector: null, after: "BACK" },
      { connector: "a", task: 0, before: "RUNNING", after: "FAILED", reason: "no more disk" },
    ]);
  });
});

describe("bad input", () => {
  beforeEach(() => {
    add("shop-connector");
    add("mall-connector");
  });

  it.each([
    [["get", "shop-conector"], 1, "CONNECTOR_UNKNOWN", "did you mean shop-connector?"],
    [["pause", "x-*"], 1, "CONNECTOR_UNKNOWN", "connectors list"],
    [["list", "--watch", "--check"], 2, "USAGE", "leave one of them out"],
    [["restart", "*", "--task", "0"], 2, "USAGE", "connectors list"],
    [["restart", "shop-connector", "--task", "0", "--failed"], 2, "USAGE", "leave --failed or --task out"],
    [["restart", "shop-connector", "--task", "1.5"], 2, "USAGE", "connectors get NAME"],
    [["offsets", "shop-connector", "--reset", "--set", "x"], 2, "USAGE", "leave one of them out"],
    [["offsets", "*", "--set", "x"], 2, "USAGE", "whole name"],
    [["offsets", "shop-connector", "--set", "/nowhere.json"], 2, "USAGE", "name a file that exists"],
    [["plugins", "PosgresConnector"], 1, "CONNECTOR_CLASS_MISSING", `did you mean ${POSTGRES_CONNECTOR}?`],
    [["loggers", "root", "LOUD"], 2, "USAGE", "TRACE, DEBUG, INFO, WARN, ERROR, FATAL, OFF"],
    [["loggers", "root", "--scope", "cluster"], 2, "USAGE", "LOGGER LEVEL --scope"],
  ] as const)("%j is refused before anything is written", async (words, exit, code, hint) => {
    connect.misbehave({
      on: /^GET \/connector-plugins/,
      trick: { status: 200, json: [{ class: POSTGRES_CONNECTOR, type: "source", version: "1" }] },
    });
    const result = await json(words);
    expect(result.document.error).toMatchObject({ code, hint: expect.stringContaining(hint) as string });
    expect(result.exit).toBe(exit);
    expect(connect.writes()).toEqual([]);
  });

  it.each(["get", "restart", "pause", "resume", "stop", "delete", "offsets", "topics"])(
    "`%s` without a name asks for one",
    async (command) => {
      const { usage } = await run([command]);
      expect(usage).toContain(`connectors ${command} <pattern..>`);
      expect(requests()).toEqual([]);
    },
  );

  it("names the Kafka Connect that does not answer", async () => {
    const { document, exit } = await json(["list", "--connect-url", "http://127.0.0.1:1"]);
    expect(exit).toBe(1);
    expect(document.error).toMatchObject({ code: "CONNECT_UNREACHABLE" });
  });

  it("proposes commands that lead to the same Kafka Connect", async () => {
    const { document } = await json(["stop", "nope-*", "--connect-url", connect.url]);
    expect(document.error).toMatchObject({
      hint: `cdc-pipeline connectors list --connect-url ${connect.url}`,
    });
  });
});

describe("several connectors", () => {
  it("go on when one fails, each with its own cause", async () => {
    for (const name of ["a", "b", "c"]) add(name);
    connect.misbehave({ on: /\/connectors\/a\/pause/, trick: refused(500, "no more disk") });
    connect.misbehave({ on: /\/connectors\/c\/pause/, trick: refused(500, "no more memory") });
    const { document, exit } = await json(["pause", "*"]);
    expect(exit).toBe(1);
    expect(document.error).toMatchObject({
      code: "SEVERAL_FAILED",
      message: expect.stringMatching(
        /^2 connectors failed:\na: .*no more disk\nc: .*no more memory$/,
      ) as string,
      details: { failures: [{ connector: "a" }, { connector: "c" }] },
    });
    expect(connect.writes()).toContain("PUT /connectors/b/pause");
    const [stage] = document.stages as { steps: { step: string; status: string }[] }[];
    const steps = stage?.steps.map(({ step, status }) => [step, status]) ?? [];
    expect(Object.fromEntries(steps)).toEqual({
      "connector a": "failed",
      "connector b": "updated",
      "connector c": "failed",
    });
  });

  it("are looked at together while they are waited for", async () => {
    for (let index = 0; index < 8; index++) add(`c${index}`);
    expect((await run(["stop", "*"])).exit).toBe(0);
    const single = requests().filter((request) => /GET .*\/status$/.test(request));
    expect(single).toEqual([]);
    expect(requests().filter((request) => request.endsWith("?expand=status")).length).toBeLessThan(8);
  });
});

describe("a state that is waited for", () => {
  it("is not waited for with --no-wait", async () => {
    add("a");
    connect.misbehave({ on: /PUT .*\/pause$/, trick: { status: 202, json: {} } });
    const { document } = await json(["pause", "a", "--no-wait"]);
    expect(document.connectors).toEqual([{ name: "a", status: "updated", detail: "not waited for" }]);
    expect(requests().filter((request) => request.endsWith("/status"))).toEqual([]);
  });

  it("that does not come is told with what was seen last", async () => {
    add("a");
    connect.misbehave({ on: /PUT .*\/stop$/, trick: { status: 204, json: {} } });
    const { document, exit } = await json(["stop", "a", "--timeout", "1"]);
    expect(exit).toBe(1);
    expect(document.error).toMatchObject({
      code: "CONNECTOR_NOT_RUNNING",
      message: "connector a was not STOPPED in time; last seen: RUNNING, tasks: 1/1 RUNNING",
    });
  });

  it("ends when the connector is deleted meanwhile", async () => {
    add("a");
    connect.misbehave({ on: /PUT .*\/pause$/, trick: { status: 202, json: {} } });
    const pausing = json(["pause", "a"]);
    await expect.poll(requests).toContain("GET /connectors/a/status");
    connect.configs.delete("a");
    expect((await pausing).document.error).toMatchObject({
      code: "CONNECTOR_UNKNOWN",
      message: "connector a was deleted by somebody else meanwhile",
    });
  });
});

describe("connectors restart", () => {
  it("waits beyond the failure that the worker still shows", async () => {
    add("a");
    const broken = failed("a.BException: it was broken");
    connect.showNext("a", broken);
    connect.showAfterRestart("a", broken, broken, RESTARTING, RUNNING);
    const { document } = await json(["restart", "--failed", "a"]);
    expect(document.connectors).toEqual([
      { name: "a", status: "started", detail: "RUNNING, tasks: 1/1 RUNNING" },
    ]);
    expect(connect.writes()).toEqual(["POST /connectors/a/restart?includeTasks=true&onlyFailed=true"]);
  });

  it("sees a task that fails soon after it was RUNNING again", async () => {
    add("a");
    const broken = failed("a.BException: it is broken");
    connect.showNext("a", broken);
    connect.showAfterRestart("a", RESTARTING, RUNNING, RUNNING, RUNNING, broken);
    const { document, exit } = await json(["restart", "a"]);
    expect(exit).toBe(1);
    expect(document.error).toMatchObject({
      code: "CONNECTOR_TASK_FAILED",
      message: "connector a: task 0 FAILED: it is broken",
    });
  });

  it("leaves a stopped connector alone", async () => {
    add("a");
    connect.showNext("a", { connector: "STOPPED", tasks: [] });
    expect((await json(["restart", "a"])).document.connectors).toMatchObject([{ status: "unchanged" }]);
    expect(connect.writes()).toEqual([]);
  });
});

describe("connectors delete", () => {
  it("does what a person at the terminal says", async () => {
    add("a");
    const no = await run(["delete", "a"], { answer: "n" });
    expect(no.stderr).toContain("This deletes the connector a. Go on? [y/N]");
    expect(no.stdout).toContain("Nothing was deleted.");
    expect(connect.configs.has("a")).toBe(true);
    expect((await run(["delete", "a"], { answer: "y" })).exit).toBe(0);
    expect(connect.configs.has("a")).toBe(false);
  });

  it("is done where all is gone already, by name and by pattern", async () => {
    const { document, exit } = await json(["delete", "a", "b-*", "--yes"]);
    expect(exit).toBe(0);
    expect(document.connectors).toEqual([
      { name: "a", status: "unchanged", detail: "there is none" },
      { name: "b-*", status: "unchanged", detail: "no connector matches it" },
    ]);
    expect(connect.writes()).toEqual([]);
  });

  it("stops the connector and deletes its offsets before it goes, where that is wanted", async () => {
    add("a");
    await run(["delete", "a", "--yes", "--reset-offsets"]);
    expect(connect.writes()).toEqual([
      "PUT /connectors/a/stop",
      "DELETE /connectors/a/offsets",
      "DELETE /connectors/a",
    ]);
  });

  it("names the slot of a server that it does not know", async () => {
    add("a", { "database.hostname": "db.example", "database.dbname": "shop", "slot.name": "o'slot" });
    const { document } = await json(["delete", "a", "--yes"]);
    expect(document.slotsLeft).toEqual([
      {
        connector: "a",
        slot: "o'slot",
        database: "shop",
        postgres: "db.example:5432",
        retainedBytes: null,
        sql: "SELECT pg_drop_replication_slot('o''slot');",
      },
    ]);
  });
});

describe("connectors topics", () => {
  it("says which setting of the worker keeps it from knowing them", async () => {
    add("a");
    connect.misbehave({ on: /\/topics/, trick: refused(403, "Topic tracking is disabled.") });
    const { document, exit } = await json(["topics", "a"]);
    expect(exit).toBe(1);
    expect(document.error).toMatchObject({
      code: "CONNECT_FAILED",
      message: expect.stringContaining("does not track topics") as string,
      hint: "its own settings say so: topic.tracking.enable",
    });
    // What else there is to know of it is shown.
    expect((await run(["get", "a"])).stdout).toMatch(/^ {2}topics +not known$/m);
  });
});

describe("connectors loggers", () => {
  const levels = { root: { level: "INFO" }, "io.debezium": { level: "INFO" }, "a.b": { level: "WARN" } };
  const loggers = (json: object) =>
    connect.misbehave({ on: /^GET \/admin\/loggers/, trick: { status: 200, json } });

  it("show only what differs from the root, or all", async () => {
    loggers(levels);
    expect((await run(["loggers"])).stdout).toBe(
      "a.b   WARN\nroot  INFO\n\n1 more have the level of the root; --all shows them\n",
    );
    expect((await run(["loggers", "--all"])).stdout).toContain("io.debezium  INFO");
    expect((await run(["loggers", "io.debezium.connector"])).stdout).toBe("io.debezium.connector  INFO\n");
  });

  it("set the worker that is asked where it cannot tell the others, and say so", async () => {
    connect.version = "3.6.2";
    connect.misbehave({
      on: /^GET \/admin\/loggers/,
      times: 1,
      trick: { status: 200, json: levels },
    });
    loggers({ ...levels, "io.debezium": { level: "DEBUG" } });
    connect.misbehave({ on: /^PUT \/admin\/loggers/, trick: { status: 200, json: [] } });
    const { stdout } = await run(["loggers", "io.debezium", "debug"]);
    expect(stdout).toBe(`io.debezium  INFO -> DEBUG, only on the worker at ${connect.url}\n`);
    expect(connect.writes()).toEqual(["PUT /admin/loggers/io.debezium?scope=worker"]);
  });
});

describe("a connector's slot", () => {
  it("that is ahead of the offset is told when the connector is resumed", async () => {
    const { host, port, user, password } = inject("postgres");
    const database = await createTestDatabase("positions");
    const slot = `slot_${database.name}`;
    try {
      const client = await database.connect();
      await client.query("SELECT pg_create_logical_replication_slot($1, 'pgoutput')", [slot]);
      const env = {
        CDC_PIPELINE_POSTGRES_HOST: host,
        CDC_PIPELINE_POSTGRES_PORT: String(port),
        CDC_PIPELINE_POSTGRES_ADMIN_USER: user,
        CDC_PIPELINE_POSTGRES_ADMIN_PASSWORD: password,
        CDC_PIPELINE_POSTGRES_ADMIN_DATABASE: "postgres",
      };
      add("a", {
        "database.hostname": host,
        "database.port": String(port),
        "database.dbname": database.name,
        "slot.name": slot,
        "topic.prefix": "p",
      });
      connect.offsets.set("a", { offsets: [{ partition: { server: "p" }, offset: { lsn: 16 } }] });
      connect.showNext("a", { connector: "STOPPED", tasks: [] });
      const looked = await json(["offsets", "a"], { env });
      expect(looked.document.connectors).toMatchObject([
        { postgres: { lsn: "0/10", agreement: "slot ahead", isActive: false, isLoss: true } },
      ]);
      const { document, exit } = await json(["resume", "a"], { env });
      expect(exit).toBe(0);
      expect(document.warnings).toEqual([
        {
          connector: "a",
          warning: expect.stringMatching(
            /are lost to this connector\. .*: cdc-pipeline connectors stop a && /,
          ) as string,
        },
      ]);
      await client.query("SELECT pg_drop_replication_slot($1)", [slot]);
      expect((await json(["offsets", "a"], { env })).document.connectors).toMatchObject([
        { postgres: { agreement: "slot missing", confirmedLsn: null } },
      ]);
    } finally {
      await database.drop();
    }
  });

  it("of another server is not asked for, which is said", async () => {
    add("a", { "database.hostname": "db.example", "topic.prefix": "p" });
    connect.offsets.set("a", { offsets: [{ partition: { server: "p" }, offset: { lsn: 16 } }] });
    const { host, port, user, password } = inject("postgres");
    const env = {
      CDC_PIPELINE_POSTGRES_HOST: host,
      CDC_PIPELINE_POSTGRES_PORT: String(port),
      CDC_PIPELINE_POSTGRES_ADMIN_USER: user,
      CDC_PIPELINE_POSTGRES_ADMIN_PASSWORD: password,
      CDC_PIPELINE_POSTGRES_ADMIN_DATABASE: "postgres",
    };
    const { document } = await json(["offsets", "a"], { env });
    expect(document.connectors).toMatchObject([
      {
        postgres: {
          lsn: "0/10",
          agreement: null,
          meaning: expect.stringContaining("not asked: it reads db.example:5432") as string,
        },
      },
    ]);
  });
});

import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { watch } from "../../../src/commands/handlers/connectors/watch-connectors.js";
import { loadConfig } from "../../../src/config/load.js";
import type { WatchEntry } from "../../../src/connectors/watch/watch-entry.js";
import { notYet, ready } from "../../../src/wait/wait-until.js";
import { catchCdcError } from "../../support/catch-cdc-error.js";
import {
  failed,
  type FakeConnect,
  NO_TASK,
  POSTGRES_CONNECTOR,
  RESTARTING,
  RUNNING,
  startFakeConnect,
} from "../../support/fake-connect.js";
import { PASSWORD_TRACE, REFUSED_TRACE } from "../../support/java-traces.js";
import { makeSandbox, removeSandbox } from "../../support/leaks.js";
import { NO_OUTSIDE } from "../../support/session.js";
import { createStageRecorder } from "../../support/stage.js";
import { until } from "../../support/until.js";

const RESTART = "POST /connectors/shop/restart?includeTasks=true&onlyFailed=true";
const PASSWORD = "planted-database-password";

let connect: FakeConnect;
let folder: string;
let stateFile: string;
beforeEach(async () => {
  connect = await startFakeConnect();
  connect.configs.set("shop", { "connector.class": POSTGRES_CONNECTOR, "database.password": PASSWORD });
  folder = await makeSandbox();
  stateFile = join(folder, ".cdc-pipeline", "watch.json");
});
afterEach(async () => {
  await connect.close();
  await removeSandbox(folder);
});

type Options = Partial<Parameters<typeof watch>[0]> & { readonly isTerminal?: boolean };

/** A watch as the command line runs it. */
async function start({ isTerminal = false, timeout, ...options }: Options = {}) {
  const env = { CDC_PIPELINE_CONNECT_URL: connect.url, CDC_PIPELINE_POSTGRES_PORT: "1" };
  const flags = { target: "external", ...(timeout === undefined ? {} : { timeout }) };
  const config = await loadConfig({ cwd: folder, env, flags });
  const recorder = createStageRecorder({ timeoutMs: config.timeoutMs });
  let printed = "";
  const session = {
    config,
    context: recorder.context,
    cwd: folder,
    asCalled: String,
    print: (text: string) => void (printed += text),
    ...NO_OUTSIDE,
    ...(isTerminal
      ? { screen: { columns: 200, rows: 40, color: false, onResize: () => () => undefined } }
      : {}),
  };
  const args = { pattern: [], backoff: 0.2, "max-backoff": 0.3, "reset-after": 600, ...options };
  const result = watch({ ...args, timeout }, session);
  // Looked at when it is awaited.
  result.catch(() => undefined);
  const entries = () =>
    printed
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as WatchEntry);
  const said = () =>
    entries().map(({ action, result: what }) => (what === null ? action : `${action} ${what}`));
  return {
    result,
    entries,
    said,
    printed: () => printed,
    notices: () => recorder.events.flatMap((event) => (event.type === "notice" ? [event.message] : [])),
    saying: (what: string) =>
      until(`the watch says ${what}`, () =>
        Promise.resolve(said().includes(what) ? ready(undefined) : notYet(said().join(", "))),
      ),
    abort: () => recorder.abort(),
  };
}

const once = async (options: Options = {}) => {
  const run = await start({ once: true, ...options });
  const { ok = true } = await run.result;
  return { ok, ...run };
};

const looks = () => connect.requests.filter(({ path }) => path === "/connectors?expand=status").length;
const moreLooks = (count: number) => {
  const from = looks();
  return until(`${count} more looks`, () =>
    Promise.resolve(looks() >= from + count ? ready(undefined) : notYet(`${looks() - from}`)),
  );
};

describe("connectors watch", () => {
  it("restarts what failed up to the limit, later each time, and then leaves it alone", async () => {
    connect.showNext("shop", failed(REFUSED_TRACE));
    connect.showAfterRestart("shop", RESTARTING, failed(REFUSED_TRACE));
    const run = await start({ "max-restarts": 3 });
    await run.saying("give-up left");
    await moreLooks(4);
    run.abort();
    await run.result;
    expect(run.said()).toEqual([
      ...["restart asked", "result failed", "restart asked", "result failed"],
      ...["restart asked", "result failed", "give-up left"],
    ]);
    expect(connect.writes()).toEqual([RESTART, RESTART, RESTART]);
    const restarts = run.entries().filter(({ action }) => action === "restart");
    expect(restarts[0]).toMatchObject({
      connector: "shop",
      task: 0,
      class: "passing",
      cause: expect.stringContaining("refused") as string,
      attempt: 1,
    });
    const times = restarts.map(({ time }) => Date.parse(time));
    expect(Number(times[1]) - Number(times[0])).toBeGreaterThanOrEqual(200);
    expect(Number(times[2]) - Number(times[1])).toBeGreaterThanOrEqual(300);
  });

  it("tells when a restart has helped, and asks one thing a look, but for the secrets in a trace", async () => {
    connect.configs.set("till", {});
    connect.showNext("shop", RUNNING, failed(REFUSED_TRACE));
    connect.showAfterRestart("shop", RESTARTING, RUNNING);
    const run = await start();
    await run.saying("result running");
    run.abort();
    expect(await run.result).toEqual({ fields: {}, text: "" });
    expect(run.said()).toEqual(["restart asked", "result running"]);
    const asked = new Set(connect.requests.map(({ method, path }) => `${method} ${path}`));
    expect([...asked]).toEqual(["GET /connectors?expand=status", "GET /connectors/shop/config", RESTART]);
    expect(run.notices()).toEqual(["watching 2 connectors; Ctrl-C ends it"]);
  });

  it("restarts the one task alone whose cause passes", async () => {
    const [password, refused] = [PASSWORD_TRACE, REFUSED_TRACE].map((trace) => ({ state: "FAILED", trace }));
    connect.showNext("shop", {
      connector: "RUNNING",
      tasks: [password, refused, "RUNNING"].flatMap((task) => task ?? []),
    });
    const run = await start();
    await run.saying("restart asked");
    run.abort();
    await run.result;
    expect(connect.writes()).toEqual(["POST /connectors/shop/tasks/1/restart"]);
    expect(run.entries().map(({ action, task }) => `${action} ${task}`)).toEqual(["report 0", "restart 1"]);
  });

  it("tells once that Kafka Connect is away, waits, and tells when it is back", async () => {
    connect.showNext("shop", RUNNING);
    const run = await start();
    await moreLooks(2);
    connect.misbehave({ on: /expand=status$/, times: 3, trick: { closeConnection: true } });
    await run.saying("connect-back");
    run.abort();
    await run.result;
    expect(run.said()).toEqual(["connect-away", "connect-back"]);
    expect(run.entries()[0]).toMatchObject({
      connector: null,
      cause: expect.stringContaining("does not answer") as string,
    });
  });

  it("does not count a restart that a rebalance turns down", async () => {
    connect.showNext("shop", failed(REFUSED_TRACE));
    connect.showAfterRestart("shop", RESTARTING, RUNNING);
    const trick = { status: 409, json: { error_code: 409, message: "a rebalance is under way" } };
    connect.misbehave({ on: /restart/, times: 1, trick });
    const run = await start();
    await run.saying("result running");
    run.abort();
    await run.result;
    expect(run.entries().map(({ action, result, attempt }) => [action, result, attempt])).toEqual([
      ["restart", "refused", 1],
      ["restart", "asked", 1],
      ["result", "running", 1],
    ]);
    expect(run.entries()[0]?.hint).toContain("a rebalance is under way");
  });

  it("leaves alone what is PAUSED or STOPPED, and what is not meant", async () => {
    const one = { state: "FAILED", trace: REFUSED_TRACE };
    for (const name of ["paused", "stopped", "other"]) connect.configs.set(name, {});
    connect.showNext("paused", { connector: "PAUSED", tasks: [one] });
    connect.showNext("stopped", { connector: "STOPPED", tasks: [] });
    connect.showNext("other", failed(REFUSED_TRACE));
    const run = await start({ pattern: ["sh*", "paused", "stopped"] });
    await moreLooks(3);
    run.abort();
    await run.result;
    expect(run.printed()).toBe("");
    expect(connect.writes()).toEqual([]);
  });

  it("ends with the time that was given to it", async () => {
    const run = await start({ timeout: "1" });
    expect(await run.result).toEqual({ fields: {}, text: "" });
    expect(looks()).toBeGreaterThan(2);
  });

  it("shows a person readable lines", async () => {
    connect.showNext("shop", failed(PASSWORD_TRACE));
    const run = await start({ isTerminal: true, once: true });
    await run.result;
    expect(run.printed()).toMatch(
      /^\d\d:\d\d:\d\d shop task 0 is left as it is: FATAL: password authentication failed for user "u_password"\n {9}correct .*cdc-pipeline connectors restart shop\n$/,
    );
  });
});

describe("connectors watch --once", () => {
  it("says nothing where all is well", async () => {
    const run = await once();
    expect([run.ok, run.printed(), run.notices()]).toEqual([true, "", []]);
    expect(looks()).toBe(1);
  });

  it("ends well when a restart has helped", async () => {
    connect.showNext("shop", failed(REFUSED_TRACE));
    connect.showAfterRestart("shop", RESTARTING, RUNNING);
    const run = await once();
    expect(run.ok).toBe(true);
    expect(run.said()).toEqual(["restart asked", "result running"]);
  });

  it("restarts once a run, and remembers how often and when", async () => {
    connect.showNext("shop", failed(REFUSED_TRACE));
    connect.showAfterRestart("shop", RESTARTING, failed(REFUSED_TRACE));
    const options = { backoff: 100, "max-backoff": 1000 };
    const first = await once(options);
    expect([first.ok, first.said()]).toEqual([false, ["restart asked", "result failed"]]);
    const second = await once(options);
    expect([second.ok, second.said()]).toEqual([false, ["wait left"]]);
    const [waiting] = second.entries();
    expect(waiting?.attempt).toBe(1);
    const waitsMs = Date.parse(waiting?.nextTry ?? "") - Date.parse(first.entries()[0]?.time ?? "");
    expect(waitsMs).toBe(100_000);
    expect(connect.writes()).toEqual([RESTART]);
  });

  it("tells a lasting cause each time, and ends with 1", async () => {
    connect.showNext("shop", failed(PASSWORD_TRACE));
    for (const run of [await once(), await once()]) {
      expect([run.ok, run.said()]).toEqual([false, ["report left"]]);
    }
    expect(connect.writes()).toEqual([]);
  });

  it("tells a connector that is RUNNING without a task", async () => {
    connect.showNext("shop", NO_TASK);
    const run = await once();
    expect([run.ok, run.said()]).toEqual([false, ["report left"]]);
    expect(run.entries()[0]?.cause).toContain("no task");
  });

  it("tells what was not RUNNING in time", async () => {
    connect.showNext("shop", { connector: "RUNNING", tasks: ["UNASSIGNED"] });
    const run = await once({ timeout: "1" });
    expect([run.ok, run.said()]).toEqual([false, ["report left"]]);
    expect(run.entries()[0]?.cause).toBe("not RUNNING in time; last seen: RUNNING, UNASSIGNED");
  });

  it("fails where Kafka Connect does not answer in time, and says what it saw last", async () => {
    connect.misbehave({ on: /expand=status$/, trick: { status: 404, html: "<html>starting</html>" } });
    const run = await start({ once: true, timeout: "1" });
    const error = await catchCdcError(run.result);
    expect(error.code).toBe("CONNECT_UNREACHABLE");
    expect(error.message).toContain("HTML page");
    expect(run.said()).toEqual(["connect-away"]);
  });

  it("fails for a name that there is not", async () => {
    const run = await start({ once: true, pattern: ["shoop"] });
    expect(await catchCdcError(run.result)).toMatchObject({
      code: "CONNECTOR_UNKNOWN",
      hint: "did you mean shop?",
    });
  });
});

describe("what a watch keeps", () => {
  it("is for its user alone, and holds no secret", async () => {
    connect.showNext("shop", failed(`PSQLException: ${PASSWORD}: Connection refused`));
    connect.showAfterRestart("shop", RESTARTING, failed(`PSQLException: ${PASSWORD}: Connection refused`));
    const run = await once();
    expect(run.entries()[0]?.cause).toBe("[hidden]: Connection refused");
    expect(run.printed()).not.toContain(PASSWORD);
    expect((await stat(stateFile)).mode & 0o777).toBe(0o600);
    const text = await readFile(stateFile, "utf8");
    expect(text).not.toContain(PASSWORD);
    expect(JSON.parse(text)).toMatchObject({
      version: 1,
      watched: { [connect.url]: { shop: { restarts: 1 } } },
    });
  });

  it("goes to the file that is named", async () => {
    await once({ state: "own.json" });
    expect(JSON.parse(await readFile(join(folder, "own.json"), "utf8"))).toHaveProperty("watched");
    const error = await catchCdcError((await start({ state: "no-folder/own.json" })).result);
    expect(error).toMatchObject({
      code: "PATH_NOT_WRITABLE",
      hint: expect.stringContaining("--state") as string,
    });
  });

  it.each(["{", '{"version": 2}', '{"version": 1, "watched": {"x": {"shop": {"restarts": -1}}}}'])(
    "is begun anew where it is damaged, which is told: %s",
    async (text) => {
      const file = join(folder, "own.json");
      await writeFile(file, text);
      const run = await once({ state: file });
      expect(run.ok).toBe(true);
      expect(run.notices()).toEqual([expect.stringContaining("own.json cannot be used") as string]);
      expect((await once({ state: file })).notices()).toEqual([]);
    },
  );

  it("forgets a connector that is gone", async () => {
    connect.configs.set("till", {});
    await once();
    expect(await readFile(stateFile, "utf8")).toContain("till");
    connect.configs.delete("till");
    await once();
    expect(await readFile(stateFile, "utf8")).not.toContain("till");
  });

  it("is not written by two at once: the second waits for the first", async () => {
    const first = await start();
    await moreLooks(1);
    const second = await start({ once: true });
    await until("the second says that it waits", () =>
      Promise.resolve(second.notices().length > 0 ? ready(undefined) : notYet("nothing said")),
    );
    expect(second.notices()).toEqual([`another watch works with ${stateFile}; waiting for it to end`]);
    first.abort();
    await first.result;
    expect(await second.result).toEqual({ fields: {}, text: "" });
    const third = await start();
    await moreLooks(1);
    const error = await catchCdcError((await start({ once: true, timeout: "1" })).result);
    expect(error.code).toBe("LOCKED");
    third.abort();
    await third.result;
  });
});

describe("a wrong number", () => {
  it.each([
    [{ backoff: -1 }, "--backoff must be a number of seconds, not -1"],
    [{ backoff: Number.NaN }, "--backoff must be a number of seconds, not NaN"],
    [{ "max-restarts": 1.5 }, "--max-restarts must be a whole number from 0 on, not 1.5"],
    [{ backoff: 700, "max-backoff": 600 }, "--max-backoff 600 is less than --backoff 700"],
  ])("is refused: %j", async (options, message) => {
    const error = await catchCdcError((await start(options)).result);
    expect(error).toMatchObject({ code: "USAGE", message });
    expect(connect.requests).toEqual([]);
  });
});

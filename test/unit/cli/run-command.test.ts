import { PassThrough } from "node:stream";

import { describe, expect, it } from "vitest";

import { type CommandResult, defineCommand, type Session } from "../../../src/cli/command.js";
import { runCommand, type Terminal } from "../../../src/cli/run-command.js";
import { CdcError } from "../../../src/errors.js";
import { useSandbox } from "../../support/leaks.js";
import { MemoryStream } from "../ui/memory-stream.js";

const sandbox = useSandbox();

/** Runs a command that works as given. */
async function run(
  work: (session: Session) => CommandResult | Promise<CommandResult>,
  {
    json = false,
    printsJsonLines = false,
    target,
    stdin,
  }: { json?: boolean; printsJsonLines?: boolean; target?: string; stdin?: NodeJS.ReadableStream } = {},
) {
  const spec = defineCommand({
    usage: "look",
    describe: "",
    positionals: {},
    options: {},
    stages: [],
    printsJsonLines,
    load: () => Promise.resolve((_args, session) => Promise.resolve(work(session))),
  });
  const [stdout, stderr] = [new MemoryStream(), new MemoryStream()];
  const args = {
    target,
    config: undefined,
    context: undefined,
    namespace: undefined,
    timeout: undefined,
    verbose: undefined,
    json,
    quiet: true,
  };
  const exit = await runCommand(spec, args, {
    cwd: sandbox.folder,
    env: { CDC_PIPELINE_DEBEZIUM_PASSWORD: "hidden-pass" },
    stdout: stdout as unknown as NodeJS.WriteStream,
    stderr: stderr as unknown as NodeJS.WriteStream,
    ...(stdin === undefined ? {} : { stdin: stdin as unknown as NodeJS.ReadStream }),
    signal: new AbortController().signal,
  } satisfies Terminal);
  return { exit, stdout: stdout.written, stderr: stderr.written };
}

describe("a command that did its work", () => {
  const result = { fields: { findings: [1] }, text: "1 error" };

  it("exits with 0", async () => {
    expect(await run(() => result)).toEqual({ exit: 0, stdout: "1 error\n", stderr: "" });
    expect(JSON.parse((await run(() => result, { json: true })).stdout)).toMatchObject({ ok: true });
  });

  it("exits with 1 and without an error where what it looked at is not well", async () => {
    expect(await run(() => ({ ...result, ok: false }))).toEqual({ exit: 1, stdout: "1 error\n", stderr: "" });
  });

  it("says so in the JSON document too, with its fields and without an error", async () => {
    const { exit, stdout, stderr } = await run(() => ({ ...result, ok: false }), { json: true });
    expect(JSON.parse(stdout)).toEqual({
      ok: false,
      command: "look",
      target: "local",
      stages: [],
      findings: [1],
    });
    expect([exit, stderr]).toEqual([1, ""]);
  });
});

describe("a command that prints JSON lines by itself", () => {
  const options = { json: true, printsJsonLines: true };

  it("has no document behind them", async () => {
    const { stdout } = await run(({ print }) => {
      print('{"op":"c"}\n');
      return { fields: {}, text: "" };
    }, options);
    expect(stdout).toBe('{"op":"c"}\n');
  });

  it("has one of a failure, on one line", async () => {
    const { stdout, exit } = await run(
      () => Promise.reject(new CdcError("TOPIC_MISSING", "no topic")),
      options,
    );
    expect(exit).toBe(1);
    expect(stdout.split("\n")).toEqual([expect.stringMatching(/^\{"ok":false,.*"TOPIC_MISSING"/), ""]);
  });
});

describe("what a command knows of the terminal", () => {
  it("is its width and whether it has colours", async () => {
    const { stdout } = await run(({ screen }) => ({ fields: {}, text: JSON.stringify(screen) }));
    expect(JSON.parse(stdout)).toEqual({ columns: 120, rows: 40, color: true });
  });

  it("is whether somebody can be asked", async () => {
    const canAsk = async (stdin?: NodeJS.ReadableStream) =>
      (
        await run(
          ({ confirm }) => ({ fields: {}, text: String(confirm !== undefined) }),
          stdin === undefined ? {} : { stdin },
        )
      ).stdout;
    expect(await canAsk()).toBe("false\n");
    expect(await canAsk(new PassThrough())).toBe("false\n");
    expect(await canAsk(Object.assign(new PassThrough(), { isTTY: true }))).toBe("true\n");
  });

  it("lets it ask on stderr, without its secrets", async () => {
    const stdin = Object.assign(new PassThrough(), { isTTY: true });
    stdin.write("y\n");
    const { stdout, stderr } = await run(
      async ({ confirm }) => ({ fields: {}, text: String(await confirm?.("Use hidden-pass?")) }),
      { stdin },
    );
    expect(stderr).toBe("Use [hidden]? [y/N] ");
    expect(stdout.trim()).toBe("true");
  });
});

describe("a command that failed", () => {
  const fail = () =>
    Promise.reject(new CdcError("NOT_DEPLOYED", "not running: kafka", { hint: "cdc-pipeline deploy" }));

  it("proposes what leads to the same servers, in both forms of output", async () => {
    expect((await run(fail, { target: "compose" })).stderr).toContain(
      "fix:  cdc-pipeline deploy --target compose\u001b",
    );
    const { stdout } = await run(fail, { target: "compose", json: true });
    expect(JSON.parse(stdout)).toMatchObject({ error: { hint: "cdc-pipeline deploy --target compose" } });
  });

  it("proposes what it did before where no option says which servers", async () => {
    expect((await run(fail)).stderr).toContain("fix:  cdc-pipeline deploy\u001b");
  });
});

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { nameOf } from "../../../src/cli/command.js";
import { createProgram, type RunCommand } from "../../../src/cli/program.js";
import { COMMANDS, PROGRAM } from "../../../src/commands/index.js";
import { readVersion } from "../../../src/version.js";
import { catchCdcError } from "../../support/catch-cdc-error.js";

interface Call {
  readonly command: string;
  readonly args: Readonly<Record<string, unknown>>;
}

let printed: string;
beforeEach(() => {
  printed = "";
  const print = (text: unknown) => void (printed += `${String(text)}\n`);
  vi.spyOn(console, "log").mockImplementation(print);
  vi.spyOn(console, "error").mockImplementation(print);
});
afterEach(() => vi.restoreAllMocks());

/** Parses a command line; the command that would run is recorded instead. */
async function parse(...argv: readonly string[]): Promise<Call | undefined> {
  let call: Call | undefined;
  const run: RunCommand = (spec, args) => {
    call = { command: nameOf(spec), args };
    return Promise.resolve();
  };
  await createProgram(argv, run).parseAsync();
  return call;
}

async function refusal(...argv: readonly string[]) {
  const error = await catchCdcError(parse(...argv));
  expect(error.code).toBe("USAGE");
  // A usage error is printed by the caller, once.
  expect(printed).toBe("");
  return error;
}

describe("a command line", () => {
  it.each([
    [["up", "mykart"], "up", { database: ["mykart"] }],
    [["up", "a", "b", "c"], "up", { database: ["a", "b", "c"] }],
    [["up", "shop", "--schema", "shop.sql", "--adopt"], "up", { schema: "shop.sql", adopt: true }],
    [["plan", "shop", "--sql"], "plan", { database: ["shop"], sql: true }],
    [["up", "shop", "--dry-run"], "up", { database: ["shop"], dryRun: true }],
    [["deploy"], "deploy", {}],
    [["deploy", "--dry-run"], "deploy", { dryRun: true }],
    [["prepare", "shop", "--schema=shop.sql"], "prepare", { database: ["shop"], schema: "shop.sql" }],
    [["register", "shop", "--adopt"], "register", { database: ["shop"], adopt: true }],
    [["verify", "shop"], "verify", { database: ["shop"] }],
    [
      ["reconcile", "shop", "--table", "a", "--table", "b"],
      "reconcile",
      { database: "shop", table: ["a", "b"] },
    ],
    [["doctor"], "doctor", { database: [] }],
    [["doctor", "shop", "--strict"], "doctor", { database: ["shop"], strict: true }],
    [["doctor", "a", "b", "--fix", "-y"], "doctor", { database: ["a", "b"], fix: true, yes: true }],
    [["doctor", "--fix", "--dry-run"], "doctor", { fix: true, dryRun: true }],
    [
      ["doctor", "--report", "junit=a.xml", "shop"],
      "doctor",
      { report: ["junit=a.xml"], database: ["shop"] },
    ],
    [["doctor", "--report=a", "--report", "b"], "doctor", { report: ["a", "b"], database: [] }],
    [["status"], "status", { every: 2 }],
    [["status", "--watch", "--every", "60", "--strict"], "status", { watch: true, every: 60, strict: true }],
    [["serve"], "serve", { port: 9464, host: "127.0.0.1", every: 5 }],
    [["serve", "--port", "0", "--canary"], "serve", { port: 0, canary: true }],
    [["backup"], "backup", {}],
    [["backup", "list"], "backup", { action: "list" }],
    [["backup", "prune", "--keep", "3"], "backup", { action: "prune", keep: "3" }],
    [["restore", "--to", "latest", "--into", "a"], "restore", { to: "latest", into: "a" }],
    [
      ["rotate-password", "--new-password-from", "env:NEXT"],
      "rotate-password",
      { "new-password-from": "env:NEXT" },
    ],
    [["forget", "--topics", "-y", "shop"], "forget", { database: ["shop"], topics: true, yes: true }],
    [["recapture", "shop"], "recapture", { database: ["shop"] }],
    [["logs"], "logs", { lines: 40 }],
    [["logs", "kafka", "--lines", "5", "--follow"], "logs", { server: "kafka", lines: 5, follow: true }],
    [["logs", "connect", "-n", "0", "-f"], "logs", { server: "connect", lines: 0, follow: true }],
    [["prepare", "--all"], "prepare", { all: true }],
    [["prepare", "shop", "--all", "--adopt"], "prepare", { database: ["shop"], all: true, adopt: true }],
    [["prepare", "--new-databases"], "prepare", { "new-databases": true }],
    [["prepare", "shop", "--schemas", "a,b"], "prepare", { database: ["shop"], schemas: "a,b" }],
    [["register", "shop", "--schemas", "a,b"], "register", { schemas: "a,b" }],
    [["events", "shop"], "events", { database: "shop", from: "end" }],
    [
      ["events", "shop", "public.orders", "--from", "beginning", "--max", "3"],
      "events",
      { database: "shop", table: ["public.orders"], from: "beginning", max: 3 },
    ],
    [["connectors", "list"], "connectors list", { pattern: [] }],
    [["connectors", "list", "a-*", "b", "--json"], "connectors list", { pattern: ["a-*", "b"], json: true }],
    [["connectors", "list", "-w", "--failed"], "connectors list", { watch: true, failed: true }],
    [["connectors", "list", "--check"], "connectors list", { check: true }],
    [["connectors", "get", "a", "--config-only"], "connectors get", { pattern: ["a"], "config-only": true }],
    [["connectors", "restart", "a", "--failed"], "connectors restart", { failed: true, wait: true }],
    [["connectors", "restart", "a", "--task", "0"], "connectors restart", { pattern: ["a"], task: 0 }],
    [["connectors", "pause", "a", "--no-wait"], "connectors pause", { pattern: ["a"], wait: false }],
    [["connectors", "resume", "a"], "connectors resume", { pattern: ["a"], wait: true }],
    [["connectors", "stop", "--", "-a"], "connectors stop", { pattern: ["-a"] }],
    [
      ["connectors", "delete", "*", "--reset-offsets", "-y"],
      "connectors delete",
      { pattern: ["*"], "reset-offsets": true, yes: true },
    ],
    [["connectors", "offsets", "a", "--set", "-"], "connectors offsets", { pattern: ["a"], set: "-" }],
    [["connectors", "offsets", "a", "--reset"], "connectors offsets", { reset: true }],
    [["connectors", "topics", "a", "--reset", "--dry-run"], "connectors topics", { dryRun: true }],
    [["connectors", "plugins"], "connectors plugins", {}],
    [
      ["connectors", "plugins", "A", "--search", "slot"],
      "connectors plugins",
      { class: "A", search: "slot" },
    ],
    [["connectors", "loggers", "root", "INFO"], "connectors loggers", { logger: "root", level: "INFO" }],
    [["register", "-f", "a.json", "b"], "register", { file: ["a.json", "b"], database: [] }],
    [
      ["register", "-f", "a", "--prune", "--drop-slots", "--force"],
      "register",
      { prune: true, dropSlots: true, force: true },
    ],
    [["connectors", "delete", "a", "--drop-slots"], "connectors delete", { dropSlots: true }],
    [["register", "-f", "-", "--prune", "-y"], "register", { file: ["-"], prune: true, yes: true }],
    [["register", "-f", "a", "-f", "b", "--set", "shop"], "register", { file: ["a", "b"], set: "shop" }],
    [["connectors", "diff", "a-*", "-f", "b"], "connectors diff", { pattern: ["a-*"], file: ["b"] }],
    [["connectors", "validate", "-f", "b"], "connectors validate", { file: ["b"] }],
    [
      ["connectors", "export", "a", "--out", "b", "--with-secrets"],
      "connectors export",
      { pattern: ["a"], out: "b", "with-secrets": true },
    ],
    [["connectors", "watch"], "connectors watch", { pattern: [], backoff: 10, "reset-after": 600 }],
    [["connectors", "watch", "a-*", "--once"], "connectors watch", { pattern: ["a-*"], once: true }],
    [["connectors", "watch", "--max-restarts", "3"], "connectors watch", { "max-restarts": 3 }],
    [["down"], "down", {}],
    [["down", "--purge", "--yes"], "down", { purge: true, yes: true }],
    [["down", "--dry-run", "--purge"], "down", { dryRun: true, purge: true }],
    [["down", "--purge", "-y"], "down", { purge: true, yes: true }],
    [["down", "--volumes"], "down", { purge: true, volumes: true }],
    [["down", "--purge"], "down", { purge: true, volumes: true }],
    [["down", "--keep-postgres", "--force"], "down", { "keep-postgres": true, force: true }],
  ] as const)("%j runs %s", async (argv, command, args) => {
    const call = await parse(...argv);
    expect(call?.command).toBe(command);
    expect(call?.args).toMatchObject(args);
  });

  it("has a test above for every command", () => {
    const names = COMMANDS.map(nameOf);
    const main = ["up", "plan", "deploy", "prepare", "register", "verify", "reconcile"];
    expect(names).toEqual([
      ...main,
      "doctor",
      "status",
      "serve",
      "events",
      "connectors list",
      "connectors get",
      "connectors watch",
      "connectors restart",
      "connectors pause",
      "connectors resume",
      "connectors stop",
      "connectors delete",
      "connectors offsets",
      "connectors topics",
      "connectors plugins",
      "connectors loggers",
      "connectors diff",
      "connectors validate",
      "connectors export",
      "logs",
      "backup",
      "restore",
      "recapture",
      "rotate-password",
      "forget",
      "down",
    ]);
  });

  it.each(COMMANDS.map(({ usage }) => usage))("takes every global option with `%s`", async (usage) => {
    const names = /database|pattern|<name>/.test(usage) ? ["shop"] : [];
    const options = ["--target", "external", "--config", "own.yaml", "--timeout", "30", "--json"];
    const call = await parse(...nameOf({ usage }).split(" "), ...names, ...options, "--verbose", "--quiet");
    expect(call?.args).toMatchObject({
      target: "external",
      config: "own.yaml",
      timeout: "30",
      json: true,
      verbose: true,
      quiet: true,
    });
  });

  it("takes global options also before the command, and short ones in one", async () => {
    const call = await parse("--json", "--target", "external", "-vq", "status");
    expect(call).toMatchObject({
      command: "status",
      args: { json: true, target: "external", verbose: true, quiet: true },
    });
  });

  it("leaves out what is not said, so that the configuration decides", async () => {
    const call = await parse("up", "shop");
    for (const name of ["target", "config", "timeout", "json", "verbose", "quiet", "schema", "adopt"]) {
      expect(call?.args[name], name).toBeUndefined();
    }
  });

  it("takes the last of an option that is given twice", async () => {
    expect((await parse("deploy", "--timeout", "30", "--timeout", "90"))?.args.timeout).toBe("90");
    expect((await parse("up", "a", "--schema", "x.sql", "--schema", "y.sql"))?.args.schema).toBe("y.sql");
    expect((await parse("logs", "kafka", "-n", "5", "-n", "7"))?.args.lines).toBe(7);
    expect((await parse("deploy", "--json", "--json"))?.args.json).toBe(true);
  });

  it("takes names before, between and after options", async () => {
    const call = await parse("up", "a", "--timeout", "30", "b", "--json", "c");
    expect(call?.args).toMatchObject({ database: ["a", "b", "c"], timeout: "30", json: true });
  });

  it.each(["007", "1e3", "0x10", "5432", "true", "null", "my shop", "Größe", "a.b", "a=b", "__proto__"])(
    "keeps the database name %j as it was written",
    async (name) => {
      expect((await parse("up", name))?.args.database).toEqual([name]);
      expect((await parse("up", "first", name, "last"))?.args.database).toEqual(["first", name, "last"]);
    },
  );

  it.each(["-shop", "--json", "-5", "-", "--"])("takes the name %j behind `--`", async (name) => {
    const only = await parse("up", "--", name);
    expect(only?.args.database).toEqual([name]);
    expect(only?.args.json).toBeUndefined();
    const several = await parse("up", "first", "--json", "--", name, "last");
    expect(several?.args).toMatchObject({ database: ["first", name, "last"], json: true });
  });

  it("takes any other name behind `--` too", async () => {
    expect((await parse("up", "--", "shop"))?.args.database).toEqual(["shop"]);
    expect((await parse("register", "a", "--", "b", "-c"))?.args.database).toEqual(["a", "b", "-c"]);
  });

  it("keeps a timeout as text, so that a wrong one can be quoted", async () => {
    expect((await parse("deploy", "--timeout", "soon"))?.args.timeout).toBe("soon");
  });
});

describe("a wrong command line", () => {
  it.each([
    ["regster", "register"],
    ["statsu", "status"],
    ["verfy", "verify"],
  ])("with the command %s suggests %s", async (written, meant) => {
    const error = await refusal(written, "shop");
    expect(error.message).toContain(meant);
    expect(error.hint).toContain("--help");
  });

  it("names a command that resembles none", async () => {
    expect((await refusal("xylophone")).message).toContain("xylophone");
  });

  it("asks for a command where none is given", async () => {
    expect((await refusal()).message).toContain("Which command?");
    expect((await refusal("--json")).message).toContain("Which command?");
    const ofGroup = await refusal("connectors");
    expect(ofGroup.message).toContain("connectors needs a command: list, get");
    expect(ofGroup.hint).toBe("cdc-pipeline connectors --help");
  });

  it.each(["up", "prepare", "register", "verify"])("of `%s` without a database says so", async (command) => {
    const error = await refusal(command);
    expect(error.message).toMatch(/database/);
    expect(error.hint).toBe(`cdc-pipeline ${command} --help`);
  });

  it("of a command behind options names that command", async () => {
    const error = await refusal("--json", "--target", "external", "up");
    expect(error.message).toBe("up needs the name of a database, such as: cdc-pipeline up mykart");
    expect(error.hint).toBe("cdc-pipeline up --help");
    expect((await refusal("-q", "down", "--adopt")).hint).toBe("cdc-pipeline down --help");
    // An option's value is no command.
    expect((await refusal("--config", "up", "deploy", "--adopt")).hint).toBe("cdc-pipeline deploy --help");
  });

  it.each([
    [["up", "shop", "--shcema", "x.sql"], "shcema"],
    [["deploy", "--adopt"], "adopt"],
    [["status", "--purge"], "purge"],
    [["verify", "shop", "--schema", "x.sql"], "schema"],
    [["down", "--Purge"], "Purge"],
    [["up", "shop", "-x"], "x"],
  ] as const)("%j names the option that it does not know", async (argv, option) => {
    const error = await refusal(...argv);
    expect(error.message).toContain(option);
  });

  it.each(["target", "config", "timeout", "schema"])(
    "with --%s without its value says so",
    async (option) => {
      expect((await refusal("up", "shop", `--${option}`)).message).toContain(option);
    },
  );

  it.each([
    [["deploy", "shop"], "shop"],
    [["status", "kafka"], "kafka"],
    [["logs", "kafka", "connect"], "connect"],
    [["status", "--", "-kafka"], ": -kafka"],
    [["logs", "--", "-kafka"], '"-kafka"'],
  ] as const)("%j names the word that is too much", async (argv, word) => {
    expect((await refusal(...argv)).message).toContain(word);
  });

  it("with --report without a value says so", async () => {
    expect((await refusal("doctor", "shop", "--report")).message).toContain("report");
  });

  it("names the servers that have a log", async () => {
    const error = await refusal("logs", "zookeeper");
    expect(error.message).toMatch(/postgres.*kafka.*connect/s);
  });

  it("runs nothing", async () => {
    const run = vi.fn<RunCommand>();
    // yargs throws at once what it finds wrong at once.
    await catchCdcError(() => createProgram(["down", "--prge"], run).parseAsync());
    expect(run).not.toHaveBeenCalled();
  });
});

describe("what is printed without running a command", () => {
  it.each(["--help", "-h"])("%s shows every command and the exit codes", async (option) => {
    expect(await parse(option)).toBeUndefined();
    for (const entry of PROGRAM) {
      expect(printed).toContain(`cdc-pipeline ${"usage" in entry ? entry.usage : entry.name}`);
      expect(printed.replace(/\s+/g, " ")).toContain(entry.describe);
    }
    expect(printed).toMatch(/Exit codes: .*0 .*1 .*2 .*3 .*130/);
  });

  it.each(COMMANDS.map(({ usage, options }) => [usage, Object.keys(options)] as const))(
    "`%s --help` shows its options",
    async (usage, options) => {
      const name = nameOf({ usage });
      expect(await parse(...name.split(" "), "--help")).toBeUndefined();
      expect(printed).toContain(`cdc-pipeline ${name}`);
      for (const option of [...options, "timeout", "json"]) expect(printed).toContain(`--${option}`);
    },
  );

  it("--version is that of package.json", async () => {
    expect(await parse("--version")).toBeUndefined();
    expect(printed.trim()).toBe(readVersion());
    expect(readVersion()).toMatch(/^\d+\.\d+\.\d+/);
  });

  it("`completion` is a script for the shell", async () => {
    expect(await parse("completion")).toBeUndefined();
    expect(printed).toContain("cdc-pipeline");
    expect(printed).toContain("--get-yargs-completions");
  });

  it("a half-written command is completed", async () => {
    expect(await parse("--get-yargs-completions", "cdc-pipeline", "re")).toBeUndefined();
    expect(printed).toContain("register");
  });
});

describe("an error of the command itself", () => {
  it("comes out as it is, with no usage text about it", async () => {
    const failure = new Error("out of order");
    const program = createProgram(["status"], () => Promise.reject(failure));
    await expect(program.parseAsync()).rejects.toBe(failure);
    expect(printed).toBe("");
  });
});

import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";

import { createProgram } from "../../../src/cli/program.js";
import { PROGRAM } from "../../../src/commands/index.js";
import { loadConfig } from "../../../src/config/load.js";
import { SETTINGS } from "../../../src/config/setting-list.js";
import { CdcError } from "../../../src/errors.js";
import { FUZZ, runsOf, SEED, texts } from "../../support/fuzz.js";
import { useSandbox } from "../../support/leaks.js";

const sandbox = useSandbox();

/** As an operating system hands them on: neither NUL nor halves of surrogate pairs. */
const words = texts.map((text) => text.replace(/\0|\p{Surrogate}/gu, ""));

const commands = PROGRAM.flatMap((entry) => ("commands" in entry ? entry.commands : [entry]));
const options = [...new Set(commands.flatMap((command) => Object.keys(command.options)))];
const names = commands.map(({ usage }) => usage.replace(/ [<[].*$/, "").split(" "));

const values = fc.oneof(
  words,
  fc.constantFrom(
    "true",
    "false",
    "0",
    "-1",
    "1e3",
    "99999999999999999999",
    "NaN",
    "${env:HOME}",
    "a,b",
    "http://u:p@h:1/?#",
  ),
);

async function codeOf(work: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (!(error instanceof CdcError)) throw error;
    expect(error.message).not.toBe("");
    return error.code;
  }
}

describe(`what is typed is understood or refused with a code (seed ${SEED})`, FUZZ, () => {
  it("words of the command line", async () => {
    vi.spyOn(console, "log").mockReturnValue();
    vi.spyOn(console, "error").mockReturnValue();
    const word = fc.oneof(
      { weight: 2, arbitrary: words },
      {
        weight: 3,
        arbitrary: fc
          .tuple(fc.constantFrom(...options), words)
          .map(([option, value]) => `--${option}=${value}`),
      },
      {
        weight: 1,
        arbitrary: fc.constantFrom(
          "--",
          "-",
          "--json",
          "-h",
          "--no-json",
          "--version",
          "--__proto__.a=1",
          "--a.b.c",
        ),
      },
    );
    const lines = fc
      .tuple(
        fc.oneof(fc.constantFrom(...names), fc.array(words, { maxLength: 2 })),
        fc.array(word, { maxLength: 5 }),
      )
      .map(([command, rest]) => [...command, ...rest]);
    await fc.assert(
      fc.asyncProperty(lines, async (argv) => {
        const ran: string[] = [];
        const program = createProgram(argv, (spec, args) => {
          // Each word is there as it was written, wherever a word can be.
          const { database } = args;
          if (Array.isArray(database)) for (const name of database) expect(argv).toContain(name);
          ran.push(spec.usage);
          return Promise.resolve();
        });
        const code = await codeOf(() => program.parseAsync());
        expect([undefined, "USAGE"]).toContain(code);
        if (code === "USAGE") expect(ran).toEqual([]);
        expect(Object.prototype).not.toHaveProperty("a");
      }),
      runsOf("commandLine", 0.1),
    );
  });

  it("variables and options of the configuration", async () => {
    const setting = fc.constantFrom(...SETTINGS);
    const given = fc.array(fc.tuple(setting, values), { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(given, given, async (variables, flags) => {
        const env = Object.fromEntries(
          variables.map(([{ environmentName }, value]) => [environmentName, value]),
        );
        const code = await codeOf(() =>
          loadConfig({
            cwd: sandbox.folder,
            env: { HOME: "/home/a", ...env },
            flags: Object.fromEntries(flags.map(([{ path }, value]) => [path, value])),
          }),
        );
        expect([undefined, "CONFIG_INVALID", "CONFIG_UNREADABLE"]).toContain(code);
      }),
      runsOf("commandLine", 0.9),
    );
  });
});

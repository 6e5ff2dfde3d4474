import yargs, { type Argv } from "yargs";

import { PROGRAM } from "../commands/index.js";
import { CdcError } from "../errors.js";
import { readVersion } from "../version.js";
import { type CommandGroup, type CommandSpec, nameOf } from "./command.js";
import { markDashedNames, unmarkArguments, unmarkMessage } from "./dashed-names.js";
import { GLOBAL_OPTIONS, type GlobalArguments } from "./global-options.js";

/** Runs one command with what was read from the command line. */
export type RunCommand = (
  spec: CommandSpec,
  args: GlobalArguments & Record<string, unknown>,
) => Promise<void>;

/**
 * The command line as yargs sees it. Wrong use throws a USAGE error; help, version and completion print
 * and load nothing else.
 */
export function createProgram(argv: readonly string[], run: RunCommand): Argv {
  /** The command that yargs has come upon, wherever it stands among the options. */
  let chosen: CommandSpec | undefined;
  let chosenGroup: string | undefined;
  const program = yargs(markDashedNames(argv))
    .scriptName("cdc-pipeline")
    .usage("$0 <command>\n\nTakes a PostgreSQL database to proven change data capture.")
    .version(readVersion())
    .help()
    .alias("h", "help")
    .options(GLOBAL_OPTIONS)
    .group(Object.keys(GLOBAL_OPTIONS), "Global options:")
    .completion("completion", "Print a completion script for bash or zsh")
    .example("$0 up mykart", "From nothing to a verified change event")
    .example("$0 up shop --schema shop.sql", "The same for a database of your own")
    .epilogue(
      "Exit codes: 0 done, 1 a stage or check failed, 2 wrong use, 3 not proved in time, 130 interrupted",
    )
    .wrap(Math.min(100, process.stdout.columns || 100))
    .detectLocale(false)
    // Without lists of duplicates, a list of positionals would lose all but its last.
    .parserConfiguration({ "parse-positional-numbers": false })
    .strict()
    .demandCommand(1, "Which command?")
    .recommendCommands()
    .exitProcess(false)
    .fail((message, error) => {
      if (error instanceof CdcError) throw error;
      const bug = error as Error | undefined;
      if (bug !== undefined && bug.name !== "YError") throw bug;
      throw usageError(unmarkMessage(message), chosen, chosenGroup);
    });
  const onChosen = (spec: CommandSpec) => (chosen = spec);
  for (const entry of PROGRAM) {
    if ("commands" in entry) addGroup(program, entry, run, onChosen, () => (chosenGroup = entry.name));
    else addCommand(program, entry.usage, entry, run, onChosen);
  }
  return program;
}

type OnChosen = (spec: CommandSpec) => void;

function addGroup(
  program: Argv,
  { name, describe, commands }: CommandGroup,
  run: RunCommand,
  onChosen: OnChosen,
  onGroup: () => void,
): void {
  program.command(name, describe, (group) => {
    onGroup();
    for (const spec of commands) addCommand(group, spec.usage.slice(name.length + 1), spec, run, onChosen);
    return group.demandCommand(1, `${name} needs a command: ${commands.map(lastWordOf).join(", ")}`);
  });
}

const lastWordOf = (spec: CommandSpec): string => nameOf(spec).split(" ").at(-1) ?? "";

function addCommand(
  program: Argv,
  usage: string,
  spec: CommandSpec,
  run: RunCommand,
  onChosen: OnChosen,
): void {
  const build = (command: Argv) => {
    onChosen(spec);
    for (const [name, { describe, array = false, choices }] of Object.entries(spec.positionals)) {
      command.positional(name, {
        describe,
        type: "string",
        array,
        ...(choices === undefined ? {} : { choices }),
      });
    }
    return command.options(spec.options);
  };
  program.command(usage, spec.describe, build, (args) => {
    requireDatabase(args, spec);
    return run(
      spec,
      lastOfDuplicates(unmarkArguments(args), spec) as GlobalArguments & Record<string, unknown>,
    );
  });
}

/** What yargs cannot say of a positional: that it is needed unless one of some options is given. */
function requireDatabase(args: Readonly<Record<string, unknown>>, spec: CommandSpec): void {
  if (spec.insteadOfDatabase.length === 0 || (Array.isArray(args.database) && args.database.length > 0))
    return;
  if (spec.insteadOfDatabase.some((option) => args[option] === true || Array.isArray(args[option]))) return;
  throw databaseMissing(spec);
}

/** Of an option that is given twice, the last counts, unless it is a list. */
function lastOfDuplicates(
  args: Readonly<Record<string, unknown>>,
  { positionals, options }: CommandSpec,
): Record<string, unknown> {
  const isList = (name: string) => name === "_" || name in positionals || options[name]?.array === true;
  const last = Object.entries(args).map(([name, value]): [string, unknown] =>
    Array.isArray(value) && !isList(name) ? [name, value.at(-1)] : [name, value],
  );
  return Object.fromEntries(last);
}

function usageError(message: string, chosen: CommandSpec | undefined, group: string | undefined): CdcError {
  const words = ["cdc-pipeline", chosen === undefined ? group : nameOf(chosen), "--help"];
  const hint = words.filter((word) => word !== undefined).join(" ");
  if (chosen !== undefined && message.startsWith("Not enough non-option arguments")) {
    return "database" in chosen.positionals ? databaseMissing(chosen) : argumentMissing(chosen);
  }
  return new CdcError("USAGE", message, { hint });
}

/** Its usage names what is missing. */
function argumentMissing(spec: CommandSpec): CdcError {
  return new CdcError("USAGE", `${nameOf(spec)} needs more words: cdc-pipeline ${spec.usage}`, {
    hint: `cdc-pipeline ${nameOf(spec)} --help`,
  });
}

function databaseMissing(spec: CommandSpec): CdcError {
  const command = nameOf(spec);
  return new CdcError(
    "USAGE",
    `${command} needs the name of a database, such as: cdc-pipeline ${command} mykart`,
    { hint: `cdc-pipeline ${command} --help` },
  );
}

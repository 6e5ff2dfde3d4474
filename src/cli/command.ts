import type { Readable } from "node:stream";

import type { InferredOptionTypes, Options } from "yargs";

import type { Config } from "../config/config.js";
import type { Context } from "../context.js";
import type { AsCalled } from "./as-called.js";

export interface Screen {
  readonly columns: number;
  readonly rows: number;
  readonly color: boolean;
  /** Calls back whenever its size has changed, until the function that it answers is called. */
  readonly onResize: (listener: () => void) => () => void;
}

/** What a command's handler works with. */
export interface Session {
  readonly config: Config;
  readonly context: Context;
  readonly cwd: string;
  /** Puts each `cdc-pipeline COMMAND` of a text as the user has to call it. Hints and notices are, without it. */
  readonly asCalled: AsCalled;
  /** Writes a piece of the result to stdout at once, for commands that follow something. */
  readonly print: (text: string) => void;
  /** Takes the known secrets out of a text that does not go through `print`. */
  readonly redact: (text: string) => string;
  /** From now on this is shown nowhere: a secret that was read after the configuration. */
  readonly hide: (secret: string) => void;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What is piped into the program. */
  readonly stdin: Readable;
  /** The terminal that the result goes to, where it goes to one; its size is that of the moment. */
  readonly screen?: Screen;
  /** Asks the person at the terminal a question with the answers yes and no; missing where nobody sits. */
  readonly confirm?: (question: string) => Promise<boolean>;
}

/** What a command comes to, in both forms of output. */
export interface CommandResult {
  /** Where it did its work, but what it looked at is not as it should be: exit code 1, without an error. */
  readonly ok?: false;
  /** The fields that it adds to the `--json` document. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** What a person reads on stdout. */
  readonly text: string;
}

export type Handler<Arguments> = (args: Arguments, session: Session) => Promise<CommandResult>;

/** A positional argument: its name is in the usage line. */
export interface Positional {
  readonly describe: string;
  readonly array?: boolean;
  readonly choices?: readonly string[];
}

type OptionTable = Readonly<Record<string, Options>>;
type PositionalTable = Readonly<Record<string, Positional>>;
type PositionalTypes<Positionals extends PositionalTable> = {
  readonly [Name in keyof Positionals]: Positionals[Name] extends { readonly array: true }
    ? readonly string[]
    : string | undefined;
};

/** One command: what it takes, and where its work is. The work is loaded only when the command runs. */
export interface CommandSpec {
  /** As yargs reads it: `up <database..>`; of a group's command with the group: `connectors list [pattern..]` */
  readonly usage: string;
  readonly describe: string;
  readonly positionals: PositionalTable;
  readonly options: OptionTable;
  /** The options that set a setting, with its dotted key. */
  readonly settings: Readonly<Record<string, string>>;
  /** Options that stand in for a database's name, where the usage line leaves it out. */
  readonly insteadOfDatabase: readonly string[];
  /** The stages that it runs, for `skipped` in the JSON document when one before them fails. */
  readonly stages: readonly string[];
  readonly examples: readonly (readonly [command: string, what: string])[];
  /**
   * With `--json` its handler prints an object a line; the document comes only of a failure, on one line. A list: only
   * with one of these options.
   */
  readonly printsJsonLines: boolean | readonly string[];
  readonly load: () => Promise<Handler<never>>;
}

/** Commands that work on the same things, under one word: `connectors list`. */
export interface CommandGroup {
  readonly name: string;
  readonly describe: string;
  readonly commands: readonly CommandSpec[];
}

/** The words that call a command: `up`, `connectors list`. */
export const nameOf = ({ usage }: Pick<CommandSpec, "usage">): string => usage.replace(/ [<[].*$/, "");

/** Ties a handler's type to the options it is called with. */
export function defineCommand<
  const Options extends OptionTable,
  const Positionals extends PositionalTable,
>(spec: {
  readonly usage: string;
  readonly describe: string;
  readonly positionals: Positionals;
  readonly options: Options;
  readonly settings?: Readonly<Record<string, string>>;
  readonly insteadOfDatabase?: readonly string[];
  readonly stages: readonly string[];
  readonly examples?: readonly (readonly [command: string, what: string])[];
  readonly printsJsonLines?: boolean | readonly string[];
  readonly load: () => Promise<Handler<InferredOptionTypes<Options> & PositionalTypes<Positionals>>>;
}): CommandSpec {
  return { examples: [], settings: {}, insteadOfDatabase: [], printsJsonLines: false, ...spec };
}

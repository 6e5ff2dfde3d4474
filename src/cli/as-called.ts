import { COMMANDS } from "../commands/index.js";
import { CdcError } from "../errors.js";
import { shellWord } from "../shell-words.js";
import { nameOf } from "./command.js";
import { type GlobalArguments, SERVER_OPTIONS } from "./global-options.js";

/** Puts the commands of this program in a text as the user has to call them. */
export type AsCalled = (text: string) => string;

const names = COMMANDS.map(nameOf).join("|");
/** `cdc-pipeline logs`, and no path, label or quoted name that only contains the program's. */
const OWN_COMMAND = new RegExp(String.raw`(?<![\w@/.'-])cdc-pipeline(?: (${names})(?![\w.-])|(?= --))`, "g");

/** How the user has called the program: by `npx` or by its name. */
export const programOf = (env: Readonly<Record<string, string | undefined>>): string =>
  env.npm_command === "exec" ? "npx cdc-pipeline" : "cdc-pipeline";

/** `--connect-url` is one of the commands `connectors …` alone. */
type CalledArguments = Partial<GlobalArguments> & { readonly "connect-url"?: unknown };

/**
 * The options of this run that lead to the same servers go into each command that a text proposes, where it does
 * not say others: straight behind the command's name, because what follows it may be words of the sentence, or
 * names behind `--`.
 */
export function createAsCalled(program: string, args: CalledArguments): AsCalled {
  const given = (option: keyof CalledArguments) => {
    const value = args[option];
    return typeof value === "string" ? [{ flag: `--${option}`, value: shellWord(value) }] : [];
  };
  const forAll = SERVER_OPTIONS.flatMap(given);
  const forConnectors = [...forAll, ...given("connect-url")];
  return (text) =>
    text.replace(OWN_COMMAND, (match: string, command: string | undefined, offset: number) => {
      if (command === undefined) return program;
      const [rest = ""] = text.slice(offset + match.length).split(/[;,\n]/);
      const options = command.startsWith("connectors ") ? forConnectors : forAll;
      const missing = options.filter(({ flag }) => !rest.includes(`${flag} `));
      return [program, command, ...missing.map(({ flag, value }) => `${flag} ${value}`)].join(" ");
    });
}

/** The same error, with the commands of its hint as the user has to call them. */
export function withHintAsCalled(error: CdcError, asCalled: AsCalled): CdcError {
  const { code, message, hint, details, cause } = error;
  if (hint === undefined) return error;
  return new CdcError(code, message, {
    hint: asCalled(hint),
    cause,
    ...(details === undefined ? {} : { details }),
  });
}

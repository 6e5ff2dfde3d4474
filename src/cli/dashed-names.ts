/** No argument of a process can hold it, so it cannot be part of a name. */
const MARK = "\0";

/**
 * The words for yargs, which loses positionals behind `--`: without the `--`, and those behind it that
 * begin with a dash are marked, so that they are not taken for options. A dash alone is stdin: yargs would end a list
 * before it.
 */
export function markDashedNames(argv: readonly string[]): string[] {
  const end = argv.indexOf("--");
  const words = (end < 0 ? argv : argv.slice(0, end)).map((word) => (word === "-" ? MARK + word : word));
  if (end < 0) return words;
  const names = argv.slice(end + 1);
  return [...words, ...names.map((name) => (name.startsWith("-") ? MARK + name : name))];
}

/** A message about the words without the marks; yargs quotes some words as JSON does. */
export function unmarkMessage(message: string): string {
  return unmark(message.replaceAll("\\u0000-", "-"));
}

function unmark(text: string): string {
  return text.replaceAll(MARK, "");
}

/** The arguments with their names as they were written. */
export function unmarkArguments(args: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const plain = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(plain);
    return typeof value === "string" ? unmark(value) : value;
  };
  return Object.fromEntries(Object.entries(args).map(([name, value]) => [name, plain(value)]));
}

/** A word as a shell takes it: quoted where it must be. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Names as the command line takes them: behind `--` where one would be read as an option. */
export function nameArguments(names: readonly string[]): string {
  const words = names.map(shellWord).join(" ");
  return names.some((name) => name.startsWith("-")) ? `-- ${words}` : words;
}

/** The parts of a command with spaces between them; those that are empty are left out. */
export const joinWords = (...parts: readonly string[]): string =>
  parts.filter((part) => part !== "").join(" ");

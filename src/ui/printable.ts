import { stripVTControlCharacters } from "node:util";

/**
 * The lines of a text that came from elsewhere (a server's message, a log, a name), without escape
 * sequences and control characters, so that it cannot move the cursor or recolour the terminal.
 * Tabs stay, because a caret below an SQL line is placed with them; blank lines at either end go.
 */
export function printableLines(text: string): string[] {
  const lines = stripVTControlCharacters(text)
    .split(/\r\n|\r|\n/)
    .map((line) => line.replace(/[^\P{Cc}\t]/gu, "").trimEnd());
  while (lines.length > 1 && lines[0] === "") lines.shift();
  while (lines.length > 1 && lines.at(-1) === "") lines.pop();
  return lines;
}

/** The same as a single line: every run of white space becomes one space. */
export function printableLine(text: string): string {
  return printableLines(text).join(" ").replace(/\s+/g, " ").trim();
}

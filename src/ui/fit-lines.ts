import { stripVTControlCharacters } from "node:util";

/**
 * Cuts lines that are longer than `columns`, so that a live frame has as many rows as lines. A line that
 * is cut loses its colour, because a cut could fall inside an escape sequence.
 */
export function fitLines(text: string, columns: number): string {
  return text
    .split("\n")
    .map((line) => {
      const characters = Array.from(stripVTControlCharacters(line));
      return characters.length <= columns
        ? line
        : `${characters.slice(0, Math.max(0, columns - 1)).join("")}…`;
    })
    .join("\n");
}

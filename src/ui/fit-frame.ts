import { fitLines } from "./fit-lines.js";

/** Moves to the upper left corner, after everything was wiped away: two sequences that every terminal knows. */
const CLEAR = "\u001b[2J\u001b[H";

/** A text that takes the place of the whole screen; lines that do not fit are left out, which its last line says. */
export function fitFrame(
  text: string,
  { columns, rows }: { readonly columns: number; readonly rows: number },
): string {
  const lines = text.split("\n");
  const room = Math.max(2, rows - 1);
  const fitting =
    lines.length <= room
      ? lines
      : [...lines.slice(0, room - 1), `… and ${lines.length - room + 1} more lines`];
  return `${CLEAR}${fitLines(fitting.join("\n"), columns)}\n`;
}

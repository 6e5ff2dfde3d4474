import { fitLines } from "./fit-lines.js";

/** Moves to the upper left corner, after everything was wiped away: two sequences that every terminal knows. */
const CLEAR = "\u001b[2J\u001b[H";

export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

/** A text that takes the place of the whole screen; lines that do not fit are left out, which its last line says. */
export const fitFrame = (text: string, screen: ScreenSize): string => `${CLEAR}${fitScreen(text, screen)}\n`;

/** The lines of a text that fit onto a screen, with room for one more. */
export function fitScreen(text: string, { columns, rows }: ScreenSize): string {
  const lines = text.split("\n");
  const room = Math.max(2, rows - 1);
  const fitting =
    lines.length <= room
      ? lines
      : [...lines.slice(0, room - 1), `… and ${lines.length - room + 1} more lines`];
  return fitLines(fitting.join("\n"), columns);
}

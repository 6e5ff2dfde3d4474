import { styleText } from "node:util";

export type PaintStyle = "bold" | "dim" | "red" | "green" | "yellow" | "cyan";

/** Gives a text a colour, or hands it back as it is. */
export type Paint = (style: PaintStyle, text: string) => string;

export function createPaint(color: boolean): Paint {
  if (!color) return (_style, text) => text;
  // Whether colour is wanted was decided by the caller for its own stream; node:util would look at stdout.
  return (style, text) => (text === "" ? "" : styleText(style, text, { validateStream: false }));
}

/** A place in a text; both count from 1. */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

const CONTEXT_LINES = 2;
const MAX_WIDTH = 100;

/**
 * Up to three lines of a text with their numbers in the file, as compilers show them. With a caret these
 * are its line and those before it; without one, the text's first lines.
 */
export function sqlExcerpt(text: string, firstLine: number, caret?: TextPlace): string {
  const lines = maskPasswords(text).split(/\r?\n/);
  const last = Math.min(caret?.line ?? CONTEXT_LINES + 1, lines.length);
  const first = Math.max(1, last - CONTEXT_LINES);
  // Far to the right of a long line, all lines are shifted alike so that the caret stays in view.
  const shift = Math.max(0, (caret?.column ?? 0) - Math.floor(MAX_WIDTH * 0.8));
  const gutterWidth = String(firstLine + last - 1).length;

  const shown = lines.slice(first - 1, last).map((line, index) => {
    const number = String(firstLine + first - 1 + index).padStart(gutterWidth);
    return `  ${number} | ${cut(line, shift)}`.trimEnd();
  });
  if (caret !== undefined) {
    shown.push(`  ${" ".repeat(gutterWidth)} | ${" ".repeat(caret.column - 1 - shift)}^`);
  } else if (last < lines.length) {
    shown.push(`  ${" ".repeat(gutterWidth)} | …`);
  }
  return shown.join("\n");
}

/** Where the server's `position` is, which counts characters, not UTF-16 units, from 1. */
export function placeOfCharacter(text: string, position: number): TextPlace {
  const before = Array.from(text)
    .slice(0, position - 1)
    .join("");
  const lineStart = before.lastIndexOf("\n") + 1;
  return { line: before.split("\n").length, column: before.length - lineStart + 1 };
}

function cut(line: string, shift: number): string {
  const shifted = shift === 0 ? line : `…${line.slice(shift + 1)}`;
  const visible = shifted.length > MAX_WIDTH ? `${shifted.slice(0, MAX_WIDTH - 1)}…` : shifted;
  return visible.replaceAll("\t", " ");
}

/** Same length, so that columns stay right. */
function maskPasswords(text: string): string {
  return text.replace(
    /(\bpassword\s+e?')((?:[^'\\]|''|\\.)*)/gi,
    (_all, before: string, secret: string) => before + secret.replace(/[^\r\n]/g, "*"),
  );
}

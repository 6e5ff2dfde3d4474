import stringWidth from "string-width";
import wrapAnsi from "wrap-ansi";

export interface Column {
  /** At most so wide, unless there is room. */
  readonly preferredWidth: number;
  /** Never narrower, unless its texts are. */
  readonly minimumWidth: number;
  /** What does not fit into so many lines ends in `…`. */
  readonly maximumLines: number;
}

const GAP = "  ";

/**
 * Rows in columns, each cell wrapped at words and a long word where it must be. The last column gets what
 * the others leave; where that is too little, they give way one after the other, the widest first.
 * Widths count columns of the terminal: a wide character takes two.
 */
export function layOutTable(
  rows: readonly (readonly string[])[],
  columns: readonly Column[],
  totalWidth: number,
): string[][] {
  const widths = fitWidths(rows, columns, totalWidth);
  return rows.map((row) => {
    const cells = columns.map(({ maximumLines }, index) =>
      wrapCell(row[index] ?? "", widths[index] ?? 0, maximumLines),
    );
    const height = Math.max(1, ...cells.map((lines) => lines.length));
    return Array.from({ length: height }, (_, line) =>
      cells
        .map((lines, index) => padded(lines[line] ?? "", widths[index] ?? 0))
        .filter((_cell, index) => widths[index] !== 0)
        .join(GAP)
        .trimEnd(),
    );
  });
}

/** A text in lines of at most `width` columns. */
export function wrapText(text: string, width: number): string[] {
  return text === "" ? [] : wrapAnsi(text, width, { hard: true }).split("\n");
}

/** The width of each column; 0 where all of its cells are empty. */
function fitWidths(
  rows: readonly (readonly string[])[],
  columns: readonly Column[],
  totalWidth: number,
): number[] {
  const naturalWidths = columns.map((_, index) =>
    Math.max(0, ...rows.map((row) => stringWidth(row[index] ?? ""))),
  );
  const widths = columns.map(({ preferredWidth }, index) =>
    Math.min(preferredWidth, naturalWidths[index] ?? 0),
  );
  const last = columns.length - 1;
  const gaps = () => GAP.length * Math.max(0, naturalWidths.filter((width) => width > 0).length - 1);
  const left = () => totalWidth - gaps() - widths.slice(0, last).reduce((sum, width) => sum + width, 0);
  const wanted = Math.min(columns[last]?.minimumWidth ?? 0, naturalWidths[last] ?? 0);
  while (left() < wanted) {
    const slack = columns
      .slice(0, last)
      .map(({ minimumWidth }, index) => (widths[index] ?? 0) - minimumWidth);
    const most = slack.indexOf(Math.max(...slack));
    if ((slack[most] ?? 0) <= 0) break;
    widths[most] = (widths[most] ?? 0) - 1;
  }
  widths[last] = Math.max(0, Math.min(naturalWidths[last] ?? 0, left()));
  return widths;
}

function wrapCell(text: string, width: number, maximumLines: number): string[] {
  if (width === 0) return [];
  const lines = wrapText(text, width);
  if (lines.length <= maximumLines) return lines;
  const [cut = ""] = wrapText(lines[maximumLines - 1] ?? "", width - 1);
  return [...lines.slice(0, maximumLines - 1), `${cut}…`];
}

const padded = (text: string, width: number): string =>
  text + " ".repeat(Math.max(0, width - stringWidth(text)));

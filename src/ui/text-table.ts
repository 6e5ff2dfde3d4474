import stringWidth from "string-width";
import wrapAnsi from "wrap-ansi";

export interface Column {
  /** At most so wide. */
  readonly preferredWidth: number;
  /** Never narrower, unless its texts are. */
  readonly minimumWidth: number;
  /** What does not fit into so many lines ends in `…`. */
  readonly maximumLines: number;
}

const GAP = "  ";

/**
 * Rows in columns, each cell wrapped at words and a long word where it must be; a column without texts is
 * left out. The last column gets what the others leave; where that is too little, they give way, the one
 * with the most to give first. Widths count columns of the terminal: a wide character takes two.
 * @returns the lines of each row; undefined where the columns do not fit
 */
export function layOutTable(
  rows: readonly (readonly string[])[],
  columns: readonly Column[],
  totalWidth: number,
): string[][] | undefined {
  const widths = fitWidths(rows, columns, totalWidth);
  if (widths === undefined) return undefined;
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
): number[] | undefined {
  const naturalWidths = columns.map((_, index) =>
    rows.reduce((most, row) => Math.max(most, stringWidth(row[index] ?? "")), 0),
  );
  const atMost = (widths: readonly number[]) =>
    widths.map((width, index) => Math.min(width, naturalWidths[index] ?? 0));
  const widths = atMost(columns.map(({ preferredWidth }) => preferredWidth));
  const minima = atMost(columns.map(({ minimumWidth }) => minimumWidth));
  const last = columns.length - 1;
  const gaps = GAP.length * (naturalWidths.filter((width) => width > 0).length - 1);
  const left = () => totalWidth - gaps - widths.slice(0, last).reduce((sum, width) => sum + width, 0);
  while (left() < (minima[last] ?? 0)) {
    const slack = widths.slice(0, last).map((width, index) => width - (minima[index] ?? 0));
    const most = slack.indexOf(Math.max(...slack));
    if ((slack[most] ?? 0) <= 0) return undefined;
    widths[most] = (widths[most] ?? 0) - 1;
  }
  widths[last] = Math.min(widths[last] ?? 0, left());
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

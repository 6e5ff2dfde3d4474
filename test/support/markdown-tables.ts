/** The cells of every row of every table in a Markdown text, without heads and rules. */
export function tableRows(markdown: string): string[][] {
  const lines = markdown.split("\n");
  const isRow = (line: string | undefined) => line?.startsWith("|") === true;
  return lines
    .filter((line, index) => isRow(line) && !isRule(line) && !isRule(lines[index + 1] ?? ""))
    .map((line) =>
      line
        .slice(1, line.lastIndexOf("|"))
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim()),
    );
}

const isRule = (line: string): boolean => /^\|[ :|-]+\|$/.test(line);

/** `a.b` of `` `a.b` ``; any other text as it is. */
export const codeOf = (cell: string): string => /^`(.+)`$/.exec(cell)?.[1] ?? cell;

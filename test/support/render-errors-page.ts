/** What the page tells of one code. */
export interface ListedError {
  readonly exit: number;
  readonly meaning: string;
}

/** Every error as a row of a Markdown table, in the order given. */
export function renderErrorsPage<Code extends string>(
  codes: Readonly<Record<Code, ListedError>>,
  advice: Readonly<Record<Code, string>>,
): string {
  const rows = Object.entries<ListedError>(codes).map(([code, { exit, meaning }]) =>
    rowOf([`\`${code}\``, String(exit), meaning, advice[code as Code]]),
  );
  return [rowOf(["Code", "Exit", "Meaning", "What to do"]), rowOf(["-", "-:", "-", "-"]), ...rows].join("\n");
}

function rowOf(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

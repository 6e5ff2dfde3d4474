import stringWidth from "string-width";

/** Rows in columns as wide as their widest cell, without those that are empty in every row. */
export function renderColumns(rows: readonly (readonly string[])[], indent = ""): string[] {
  const count = rows.reduce((most, row) => Math.max(most, row.length), 0);
  const widths = Array.from({ length: count }, (_, column) =>
    rows.reduce((most, row) => Math.max(most, stringWidth(row[column] ?? "")), 0),
  );
  return rows.map((row) =>
    (
      indent +
      widths.flatMap((width, column) => (width === 0 ? [] : [padded(row[column] ?? "", width)])).join("  ")
    ).trimEnd(),
  );
}

const padded = (text: string, width: number): string => text + " ".repeat(width - stringWidth(text));

import { quoteIdentifier, quoteLiteral } from "../../clients/postgres.js";

/** The values of a row's key, as texts. */
export type RowKey = Readonly<Record<string, string | null>>;

/** A condition in SQL that exactly these rows meet; rows whose key has a NULL are left out. */
export function rowFilter(key: readonly string[], rows: readonly RowKey[]): string {
  const columns = key.map(quoteIdentifier).join(", ");
  return `(${columns}) IN (${rows.flatMap((row) => rowTuple(key, row) ?? []).join(", ")})`;
}

function rowTuple(key: readonly string[], row: RowKey): string | undefined {
  const values = key.flatMap((column) => {
    const value = row[column];
    return typeof value === "string" ? [quoteLiteral(value).trim()] : [];
  });
  return values.length === key.length ? `(${values.join(", ")})` : undefined;
}

import { didYouMean } from "../../../config/did-you-mean.js";
import { CdcError } from "../../../errors.js";
import type { TableInDatabase } from "./table-facts.js";

/** The names of a row's columns; everything that is wrong with them is told together. @throws CdcError PROBE_ROW_INVALID */
export function checkRow(json: string, { schema, name, columns }: TableInDatabase): readonly string[] {
  const given = Object.keys(parseRow(json));
  const known = new Map(columns.map((column) => [column.name, column]));
  const unknown = given
    .filter((column) => !known.has(column))
    .map((column) => {
      const meant = didYouMean(column, [...known.keys()]);
      return `there is no column ${column}${meant === undefined ? "" : `; did you mean ${meant}?`}`;
    });
  const generated = given.flatMap((column) => {
    const { isGenerated = false, identity = "" } = known.get(column) ?? {};
    if (isGenerated) return [`${column} is computed by PostgreSQL: leave it out`];
    return identity === "a" ? [`${column} is GENERATED ALWAYS AS IDENTITY: leave it out`] : [];
  });
  const missing = columns
    .filter(
      (column) => column.isNotNull && !column.hasDefault && column.identity === "" && !column.isGenerated,
    )
    .filter((column) => !given.includes(column.name))
    .map((column) => `${column.name} (${column.type}) must have a value: it is NOT NULL and has no default`);
  const problems = [...unknown, ...generated, ...missing];
  if (problems.length === 0) return given;
  throw rowInvalid(
    `the row does not fit ${schema}.${name}:\n${problems.map((one) => `  ${one}`).join("\n")}`,
    {
      hint: `its columns: ${columns.map((column) => `${column.name} ${column.type}`).join(", ")}`,
    },
  );
}

/** @throws CdcError PROBE_ROW_INVALID */
export function parseRow(json: string): Readonly<Record<string, unknown>> {
  let row: unknown;
  try {
    row = JSON.parse(json);
  } catch (error) {
    throw rowInvalid(`--row is no JSON: ${(error as Error).message}`, { cause: error });
  }
  if (typeof row !== "object" || row === null || Array.isArray(row)) {
    throw rowInvalid(
      `--row must be a JSON object, not ${Array.isArray(row) ? "a list" : JSON.stringify(row)}`,
    );
  }
  return row as Readonly<Record<string, unknown>>;
}

const EXAMPLE = `a column for each name, in quotes that the shell leaves alone: --row '{"name": "Probe", "price": 1}'`;

export const rowInvalid = (
  message: string,
  { hint = EXAMPLE, cause }: { readonly hint?: string; readonly cause?: unknown } = {},
): CdcError =>
  new CdcError("PROBE_ROW_INVALID", message, { hint, ...(cause === undefined ? {} : { cause }) });

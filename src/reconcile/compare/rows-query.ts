import { hasSqlState, quoteIdentifier } from "../../clients/postgres.js";
import { CdcError } from "../../errors.js";
import { codecOf } from "../columns/codec-of.js";
import type { EventModes } from "../columns/column-codec.js";
import type { ComparedTable } from "../tables/compared-table.js";

/** The query of a table's rows for COPY, with its columns in the order of its specification. */
export function rowsQuery({ spec, published }: ComparedTable, modes: EventModes): string {
  const columns = spec.columns.map((column) => {
    const codec = codecOf(column, modes);
    const name = quoteIdentifier(column.name);
    return "unsupported" in codec ? name : codec.expression(name);
  });
  const name = `${quoteIdentifier(spec.schema)}.${quoteIdentifier(spec.name)}`;
  // The rows of tables that inherit are captured as theirs.
  const source = published.isPartitioned ? name : `ONLY ${name}`;
  // As PostgreSQL itself wrote it.
  const filter = published.rowFilter === null ? "" : ` WHERE ${published.rowFilter}`;
  return `SELECT ${columns.join(", ")} FROM ${source}${filter}`;
}

/** What became of reading rows, for a person. */
export function explainReading(error: unknown, table: string): unknown {
  // Recovery on a standby has removed rows that the snapshot needs.
  if (hasSqlState(error, "40001")) {
    return new CdcError("READING_CUT_OFF", `the standby ended the reading of ${table}: it had to replay`, {
      hint: "set hot_standby_feedback = on and a longer max_standby_streaming_delay on the standby",
      cause: error,
    });
  }
  if (hasSqlState(error, "57014")) {
    return new CdcError("READING_CUT_OFF", `somebody cancelled the reading of ${table}`, {
      hint: "run it again",
      cause: error,
    });
  }
  if (hasSqlState(error, "42501")) {
    return new CdcError(
      "RIGHT_MISSING",
      `the rows of ${table} cannot all be read: ${(error as Error).message}`,
      {
        hint: "the login needs SELECT on the table, and BYPASSRLS where policies hide rows",
        cause: error,
      },
    );
  }
  return error;
}

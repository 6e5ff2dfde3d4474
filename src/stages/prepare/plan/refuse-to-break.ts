import { CdcError } from "../../../errors.js";
import { several } from "../../count.js";
import type { TableWithoutIdentity } from "../facts/database-facts.js";

/**
 * A publication makes UPDATE and DELETE fail, at once, on a table without a usable replica identity.
 * @throws CdcError TABLES_WITHOUT_IDENTITY
 */
export function refuseToBreak(tables: readonly TableWithoutIdentity[], database: string): void {
  const [first] = tables;
  if (first === undefined) return;
  const shown = several(tables.map(({ table, reason }) => `${table} (${reason})`));
  throw new CdcError(
    "TABLES_WITHOUT_IDENTITY",
    `in ${database}, UPDATE and DELETE would fail once published on tables without a usable identity: ${shown}`,
    {
      hint: fixesOf(tables),
      details: {
        tables: tables.map(({ table }) => table),
        reasons: tables.map((table) => ({
          table: table.table,
          reason: table.reason,
          changes: table.changes,
          fix: fixOf(table),
        })),
      },
    },
  );
}

/** What makes the first of the tables safe to publish, as SQL. */
export function fixesOf(tables: readonly TableWithoutIdentity[]): string {
  const fixes = tables.slice(0, 5).map(fixOf).join(" ");
  const rest = tables.length > 5 ? ", and so for the others" : "";
  return `in the database, add primary keys, or: ${fixes}${rest}`;
}

/** FULL writes whole old rows into the WAL, so an index is the better identity where there is one. */
function fixOf({ table, index, isPrimary }: TableWithoutIdentity): string {
  const identity = isPrimary ? "DEFAULT" : index === null ? "FULL" : `USING INDEX ${index}`;
  return `ALTER TABLE ${table} REPLICA IDENTITY ${identity};`;
}

import { sqlStateOf } from "../../clients/postgres.js";
import { CdcError } from "../../errors.js";

/** Whether a server that answers lets the administrator into one database, and read its catalogs. */
export type DatabaseEntry =
  | { readonly ok: true }
  | { readonly ok: false; readonly isMissing: boolean; readonly sqlState: string; readonly message: string };

/** What an error says of the database; undefined for one that says nothing of it: of the server, or of us. */
export function entryOf(error: unknown): DatabaseEntry | undefined {
  if (!(error instanceof CdcError)) return undefined;
  const { code, message } = error;
  if (code !== "DATABASE_MISSING" && code !== "POSTGRES_REFUSED" && code !== "POSTGRES_FAILED")
    return undefined;
  return { ok: false, isMissing: code === "DATABASE_MISSING", sqlState: sqlStateOf(error) ?? "", message };
}

import type { PostgresClient } from "../clients/postgres.js";
import { CdcError } from "../errors.js";

/** @throws CdcError BACKUP_FAILED where data lies outside of the data directory */
export async function refuseTablespaces(client: PostgresClient): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    "SELECT spcname AS name FROM pg_tablespace WHERE pg_tablespace_location(oid) <> '' ORDER BY 1",
  );
  if (rows.length === 0) return;
  throw new CdcError(
    "BACKUP_FAILED",
    `the tablespaces ${rows.map(({ name }) => name).join(", ")} lie outside of the data directory, and backups hold only that`,
    { hint: "move their tables: ALTER TABLE name SET TABLESPACE pg_default;" },
  );
}

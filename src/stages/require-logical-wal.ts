import { CdcError } from "../errors.js";

/** @throws CdcError WAL_LEVEL_NOT_LOGICAL for a server whose changes cannot be captured */
export function requireLogicalWal(walLevel: string): void {
  if (walLevel === "logical") return;
  throw new CdcError("WAL_LEVEL_NOT_LOGICAL", `wal_level is ${walLevel}; capture needs logical`, {
    hint: "ALTER SYSTEM SET wal_level = logical; and restart PostgreSQL",
  });
}

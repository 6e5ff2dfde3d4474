import { CdcError } from "../../../errors.js";

/** Only what the system says of a file; what a connection says is told elsewhere. */
const FILE_CODE = /^E(?!CONN|PIPE|TIMEDOUT)[A-Z]+$/;

/** A failure to read or write a file, in words; any other failure as it is. */
export function explainFileError(
  error: unknown,
  code: "BACKUP_FAILED" | "RESTORE_FAILED",
  what: string,
): unknown {
  const systemCode = error instanceof Error && "code" in error ? String(error.code) : "";
  if (error instanceof CdcError || !FILE_CODE.test(systemCode)) return error;
  return new CdcError(code, `${what}: ${(error as Error).message}`, {
    hint: ["ENOSPC", "EDQUOT"].includes(systemCode)
      ? "free some space; cdc-pipeline backup prune --keep 1 removes older backups"
      : "correct what the message names, and run it again",
    cause: error,
  });
}

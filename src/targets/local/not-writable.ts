import { CdcError } from "../../errors.js";

const FULL = ["ENOSPC", "EDQUOT", "EFBIG"];
const ELSEWHERE = "set stateDir and cacheDir in cdc-pipeline.yaml";

/** A failure to make or write a file or folder, as PATH_NOT_WRITABLE. @param what as in `cannot write FILE` */
export function notWritable(what: string, error: unknown): CdcError {
  const hint = FULL.includes(systemCodeOf(error))
    ? `free some space there, or ${ELSEWHERE} to another disk; then run the same command again`
    : `run it in a folder you may write to, or ${ELSEWHERE}`;
  return new CdcError("PATH_NOT_WRITABLE", `cannot ${what}: ${(error as Error).message}`, {
    hint,
    cause: error,
  });
}

/** Whether it is the system that refused a file: a full disk, missing rights, something in the way. */
export function isFileError(error: unknown): boolean {
  return /^E(?!CONN|PIPE|TIMEDOUT)[A-Z]+$/.test(systemCodeOf(error)) && "path" in (error as object);
}

const systemCodeOf = (error: unknown): string =>
  error instanceof Error && "code" in error ? String(error.code) : "";

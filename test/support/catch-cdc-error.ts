import { CdcError } from "../../src/errors.js";

/** The error that `work` ends with; anything else than a `CdcError` fails the test. */
export async function catchCdcError(work: Promise<unknown> | (() => unknown)): Promise<CdcError> {
  let value: unknown;
  try {
    value = await (typeof work === "function" ? work() : work);
  } catch (error) {
    if (error instanceof CdcError) return error;
    throw error;
  }
  throw new Error("it was expected to fail, and came to an end", { cause: value });
}

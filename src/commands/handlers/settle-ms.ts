import { CdcError } from "../../errors.js";
import { SETTLE_MS } from "../../stage-options.js";

/** `--settle SECONDS`. @throws CdcError USAGE */
export function settleMsOf({ settle }: { readonly settle?: string | undefined }): number {
  if (settle === undefined) return SETTLE_MS;
  const seconds = settle.trim() === "" ? Number.NaN : Number(settle);
  if (Number.isFinite(seconds) && seconds >= 0) return seconds * 1_000;
  throw new CdcError("USAGE", `--settle takes seconds, 0 or more, not ${JSON.stringify(settle)}`, {
    hint: "--settle 5",
  });
}

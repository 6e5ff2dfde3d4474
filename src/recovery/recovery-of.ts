import { CdcError } from "../errors.js";
import type { Recovery } from "../targets/recovery.js";
import type { Target } from "../targets/target.js";

/** @throws CdcError RECOVERY_UNSUPPORTED */
export async function recoveryOf(target: Target): Promise<Recovery> {
  if (target.recovery !== undefined) return target.recovery();
  throw new CdcError(
    "RECOVERY_UNSUPPORTED",
    `PostgreSQL of the target ${target.name} cannot be backed up from here`,
    {
      hint: "use the backups of the server's owner; --target local has its own",
    },
  );
}

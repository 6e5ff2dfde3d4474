import { CdcError } from "../errors.js";
import type { Recovery } from "../targets/recovery.js";
import type { Target } from "../targets/target.js";

/** @throws CdcError RECOVERY_UNSUPPORTED */
export async function recoveryOf(target: Target): Promise<Recovery> {
  if (target.recovery !== undefined) return target.recovery();
  throw new CdcError(
    "RECOVERY_UNSUPPORTED",
    `PostgreSQL of the target ${target.name} was not started by this program, which cannot back it up`,
    {
      hint: "use the backups that its owner makes; the targets local, compose and k8s have backups of their own",
    },
  );
}

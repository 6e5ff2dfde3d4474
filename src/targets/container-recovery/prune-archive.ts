import type { Context } from "../../context.js";
import { CdcError } from "../../errors.js";
import type { PrunePlan } from "../../recovery/plan-prune.js";
import { ARCHIVE, type ArchiveShell, LOCK, runOnArchive } from "./archive-shell.js";

/**
 * Arguments: seconds to wait, a folder of the archive, names in it. What is killed in the middle is left as a draft,
 * which the next backup removes.
 */
const PRUNE = `set -euo pipefail
${LOCK}
lock -x "$1"
# What killed runs have left.
rm -rf ${ARCHIVE}/backups/*.new
cd "${ARCHIVE}/$2"
shift 2
for name; do
  case $name in '' | .* | */*) exit 64 ;; esac
  if [ -d "$name" ]; then mv "$name" "$name.new"; name=$name.new; fi
  rm -rf "./$name"
done
`;

/** So many names at once: what runs a command in a pod is told them in a URL. */
const NAMES_AT_ONCE = 100;

/** Removes backups first, then WAL. @throws CdcError LOCKED, BACKUP_FAILED */
export async function pruneArchive(
  shell: ArchiveShell,
  { backups, wal }: Pick<PrunePlan, "backups" | "wal">,
  context: Context,
): Promise<void> {
  for (const [folder, names] of [["backups", backups] as const, ["wal", wal] as const]) {
    for (let from = 0; from < names.length; from += NAMES_AT_ONCE) {
      const some = names.slice(from, from + NAMES_AT_ONCE);
      await runOnArchive(shell, PRUNE, [folder, ...some], { context }, notRemoved);
    }
  }
}

const notRemoved = (reason: string): CdcError =>
  new CdcError("BACKUP_FAILED", `old backups could not be removed: ${reason}`, {
    hint: "correct what the message names, and run it again",
  });

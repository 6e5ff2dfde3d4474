import type { RestorePlan } from "../../recovery/plan-restore.js";
import { recoverySettings } from "../../recovery/recovery-settings.js";
import { type ARCHIVE, LOCK, WORD } from "./archive-shell.js";

/** Where another instance's archive is mounted, for reading, while a new one is restored from it. */
export const SOURCE_ARCHIVE = "/source-archive";

/** The folders beside one another in the data volume: the server's, and the one that is restored. */
export const DATA_FOLDER = "pgdata";
export const DRAFT_FOLDER = `${DATA_FOLDER}.new`;

/** When this was said, the backup is extracted and recovery begins. */
const EXTRACTED = "the backup is extracted";

/**
 * Extracts a backup beside the server's data and lets PostgreSQL recover there, until it is told to end by SIGTERM.
 * Arguments: seconds to wait, backup's id, the archive with it, the folder of the data volume, `yes` to take along the
 * WAL that the data beside it has and the archive has not; then the command of the server. It shares the archive's
 * lock for as long as the server runs.
 */
export const RECOVER_DRAFT = `set -euo pipefail
${LOCK}
fail() { echo "${WORD}$*" >&2; exit 1; }
server=
# Fast, whatever it had been told before.
end() { if [ -n "$server" ]; then kill -INT "$server"; else exit 143; fi; }
trap end TERM INT
lock -s "$1" "$3"
id=$2 archive=$3 root=$4 unarchived=$5
shift 5
backup=$archive/backups/$id
draft=$root/${DRAFT_FOLDER}
[ -s "$backup/base.tar.gz" ] || fail "backup $id is not in the archive any more"
needed=$(grep -o '"Size": [0-9]*' "$backup/backup_manifest" | awk '{ sum += $2 } END { printf "%.0f", sum }')
rm -rf "$draft"
free=$(df --output=avail -B1 "$root" | tail -n 1)
[ "$needed" -le "$free" ] || fail "the backup needs $needed bytes, and the data volume has $free"
mkdir -m 700 "$draft"
tar -xzf "$backup/base.tar.gz" -C "$draft"
if [ "$unarchived" = yes ]; then
  for file in "$root/${DATA_FOLDER}"/pg_wal/*; do
    name=\${file##*/}
    [[ $name =~ ^[0-9A-F]{24}$ ]] && [ ! -e "$archive/wal/$name" ] || continue
    cp "$file" "$draft/pg_wal/"
  done
fi
touch "$draft/recovery.signal"
sync "$draft"
echo '${WORD}${EXTRACTED}' >&2
"$@" &
server=$!
until wait "$server"; code=$?; ! kill -0 "$server" 2>/dev/null; do :; done
exit "$code"
`;

export interface DraftRequest {
  readonly plan: RestorePlan;
  /** Where the backup and its WAL are: `ARCHIVE` in place, else `SOURCE_ARCHIVE`. */
  readonly archive: typeof ARCHIVE | typeof SOURCE_ARCHIVE;
  /** Where the data volume is mounted. */
  readonly dataRoot: string;
  /** In place, a server that was killed may have WAL that it had not archived. */
  readonly takesUnarchivedWal: boolean;
  /** The server's command, `postgres` first, as it will run later. */
  readonly command: readonly string[];
  readonly waitSeconds: string;
}

/** The arguments of `RECOVER_DRAFT`. What recovery needs is on the command line, so nothing of it stays. */
export function draftArguments(request: DraftRequest): string[] {
  const { plan, archive, dataRoot, takesUnarchivedWal, command } = request;
  const file = `"${archive}/wal/%f"`;
  // A file that is not there is the end of the WAL; one that cannot be copied must not look like it.
  const restoreCommand = `if [ -e ${file} ]; then cp ${file} "%p" || exit 200; else exit 1; fi`;
  const settings = {
    ...recoverySettings(plan, restoreCommand),
    // What it writes is archived once it has its place: a timeline that came to nothing must not be found there.
    archive_command: "",
  };
  return [
    request.waitSeconds,
    plan.backup.id,
    archive,
    dataRoot,
    takesUnarchivedWal && plan.target.kind === "latest" ? "yes" : "no",
    ...command,
    "-D",
    `${dataRoot}/${DRAFT_FOLDER}`,
    ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
  ];
}

/** What the draft's log tells so far: whether recovery has begun, and else what it waits for or failed with. */
export function readDraftLog(log: string): {
  readonly isExtracted: boolean;
  readonly said: string | undefined;
} {
  const own = log.split("\n").filter((line) => line.startsWith(WORD));
  const isExtracted = own.includes(WORD + EXTRACTED);
  return { isExtracted, said: isExtracted ? undefined : own.at(-1)?.slice(WORD.length) };
}

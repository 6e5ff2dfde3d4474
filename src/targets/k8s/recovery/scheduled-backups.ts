import { ARCHIVE, LOCK } from "../../container-recovery/archive-shell.js";
import { BASE_BACKUP } from "../../container-recovery/base-backup.js";

/**
 * Removes what a retention lets go of, as `planPrune` decides it. Arguments: seconds to wait, how many backups stay at
 * least, for how many seconds each stays in any case, the archive.
 */
export const PRUNE_OLD = `set -euo pipefail
export LC_ALL=C
${LOCK}
lock -x "$1" "$4"
keep=$2 young=$3
shopt -s nullglob
cd "$4"
field() { sed -n "s/^$1: //p" "$2"; }
file_in() { field "$1" "$2" | sed -n 's/.*(file \\([0-9A-F]*\\)).*/\\1/p'; }
number() { echo $((16#\${1:8:8} * per + 16#\${1:16:8})); }
is_whole() {
  local per=$((0x100000000 / $(stat -c %s "wal/$1"))) number last
  last=$(number "$2")
  for ((number = $(number "$1"); number <= last; number++)); do
    [ -e "wal/$(printf '%s%08X%08X' "\${1:0:8}" $((number / per)) $((number % per)))" ] || return 1
  done
}
backups=$(
  for record in wal/*.backup; do
    id=$(field LABEL "$record")
    [ -n "$id" ] && [ -s "backups/$id/PG_VERSION" ] || continue
    first=$(file_in 'START WAL LOCATION' "$record") last=$(file_in 'STOP WAL LOCATION' "$record")
    [ -e "wal/$first" ] && is_whole "$first" "$last" || continue
    echo "$(date -d "$(field 'STOP TIME' "$record")" +%s) $id \${first:8:16}"
  done | sort -n
)
# Where none can be restored, nothing goes.
[ -n "$backups" ] || exit 0
left=$(wc -l <<<"$backups") now=$(date +%s) oldest=
kept=()
while read -r stopped id first; do
  # The newest stays, whatever is asked.
  if ((left > keep && left > 1 && now - stopped > young)); then :; else
    kept+=("$id")
    if [ -z "$oldest" ] || [[ $first < $oldest ]]; then oldest=$first; fi
  fi
  left=$((left - 1))
done <<<"$backups"
for folder in backups/*; do
  id=\${folder#backups/}
  [ "\${id%.new}" = "$id" ] && [ -s "$folder/PG_VERSION" ] || continue
  [[ " \${kept[*]} " == *" $id "* ]] && continue
  mv "$folder" "$folder.new"
  rm -rf "$folder.new"
  echo "removed backup $id"
done
for file in wal/*; do
  name=\${file#wal/}
  [[ $name =~ ^[0-9A-F]{24}(\\.|$) ]] && [[ \${name:8:16} < $oldest ]] || continue
  rm -f "$file"
done
echo "kept \${kept[*]}"
`;

/** How long the server gives one script, in seconds. */
const LIMIT_SECONDS = 10_800;

/**
 * What the job does: has the server run a script, prints what that said, and ends as it did. The script is sent in
 * base64, so that nothing of it has a meaning on its way.
 */
const RUN = `set -euo pipefail
on_server() {
  local script said
  script=$({ printf 'set --'; printf ' %q' "\${@:2}"; echo; cat "/scripts/$1"; } | base64 -w 0)
  said=$(psql -XqAt -v ON_ERROR_STOP=1 -v seconds=${LIMIT_SECONDS} -v script="$script" <<'SQL'
SELECT format(
  '( timeout -k 30 %s bash -c "$(echo %s | base64 -d)" </dev/null; echo "exit $?" ) 2>&1 | tr "\\r" "\\n"',
  :'seconds', :'script') AS command \\gset
CREATE TEMPORARY TABLE said (number int GENERATED ALWAYS AS IDENTITY, line text);
COPY said (line) FROM PROGRAM :'command' (FORMAT csv, DELIMITER E'\\x01', QUOTE E'\\x02');
SELECT line FROM said ORDER BY number;
SQL
  )
  echo "$said"
  [ "$(tail -n 1 <<<"$said")" = 'exit 0' ]
}
id=$(date -u +%Y%m%dT%H%M%S.%3NZ)
on_server take-backup ${LIMIT_SECONDS} "$id" "$PGUSER"
echo "backup $id is made"
on_server prune-backups ${LIMIT_SECONDS} "$KEEP" $((KEEP_DAYS * 86400)) ${ARCHIVE}
`;

/** The files of the ConfigMap of scheduled backups. */
export const BACKUP_SCRIPTS: Readonly<Record<string, string>> = {
  run: RUN,
  "take-backup": BASE_BACKUP,
  "prune-backups": PRUNE_OLD,
};

#!/usr/bin/env bash
# psql-each.sh FILE [OPTION…] -- DATABASE…: runs a script in each database, one after another, as a script of a
# team's own would. The PG… variables say where.
set -euo pipefail
file=$1
shift
options=()
while [[ $1 != -- ]]; do
  options+=("$1")
  shift
done
shift
for database in "$@"; do
  psql -X -q -v ON_ERROR_STOP=1 ${options[@]+"${options[@]}"} -f "$file" -d "$database" >/dev/null
done

#!/usr/bin/env bash
# The floor that `up mykart` is measured against: the same servers with the same settings, and the same work
# with psql and curl, as a skilled person would write it for one use. Nothing is checked, kept or repeatable;
# what does not wait for another is done meanwhile.
#
# bench/floor.mjs writes the settings into the current folder and sets the variables that begin with FLOOR_.
# Each line on stdout names a part that is done; the servers run until the last one is out.
set -euo pipefail
source "$FLOOR_CAPTURE"

declare -a servers=()
initdb_pid='' format_pid='' consumer_pid='' postgres_pid=''

cleanup() {
  local status=$?
  trap - EXIT INT TERM HUP
  if ((status != 0)); then tail -n 5 -- *.log logs/*.log >&2 || true; fi
  # Their data is thrown away, so they need not end well; PostgreSQL has shared memory to give back.
  for pid in ${servers[@]+"${servers[@]}"} $initdb_pid $format_pid $consumer_pid; do
    if [[ $pid != "$postgres_pid" ]]; then kill -KILL "$pid" 2>/dev/null || true; fi
  done
  if [[ -n $postgres_pid ]]; then
    kill -INT "$postgres_pid" 2>/dev/null || true
    for _ in {1..200}; do kill -0 "$postgres_pid" 2>/dev/null || break; sleep 0.05; done
    kill -KILL "$postgres_pid" 2>/dev/null || true
  fi
  wait || true
  exit "$status"
}
trap cleanup EXIT
trap 'exit 130' INT TERM HUP

# Becomes a command, run as the user of the servers where this runs as root.
become() {
  if [[ -z ${FLOOR_UID:-} ]]; then exec "$@"; fi
  exec setpriv --reuid "$FLOOR_UID" --regid "$FLOOR_GID" --clear-groups -- "$@"
}

# start NAME COMMAND…: in the background, with its output in NAME.log and its process in $started.
start() {
  local log=$1.log
  shift
  (become "$@") >>"$log" 2>&1 &
  started=$!
}

if [[ -n ${FLOOR_POSTGRES_PACKAGE:-} ]]; then
  cp -a "$FLOOR_POSTGRES_PACKAGE" "$FLOOR_POSTGRES"
  # npm packages hold no symbolic links; which ones there should be, the package tells in a list.
  (
    cd "$FLOOR_POSTGRES"
    sed 's/},{/}\n{/g' pg-symlinks.json | sed -n 's#.*"source":"native/lib/\([^"]*\)","target":"native/\([^"]*\)".*#\1 \2#p' |
      while read -r source link; do [ -e "$link" ] || ln -s "$source" "$link"; done
  )
  chmod 755 "$FLOOR_POSTGRES"/bin/*
fi
start initdb "$FLOOR_POSTGRES/bin/initdb" -D "$PWD/postgres/data" --username "$PGUSER" --pwfile "$PWD/password" \
  --auth scram-sha-256 --encoding UTF8 --locale C --no-sync --no-instructions
initdb_pid=$started

if [[ -n ${FLOOR_POM:-} ]]; then
  mvn -B -q -f "$FLOOR_POM" "-Dservers.directory=$FLOOR_JARS" package >mvn.log 2>&1
  chmod 755 "$FLOOR_JARS"
  echo "jars fetched"
fi
# In the order of the C locale: a class-data archive fits only the class path that it was made with.
class_path=$(LC_ALL=C; printf ':%s' "$FLOOR_JARS"/libs/*.jar)
class_path=${class_path#:}
IFS=$'\t' read -ra kafka_flags <kafka.flags
IFS=$'\t' read -ra connect_flags <connect.flags
IFS=$'\t' read -ra format_flags <format.flags

start format "$FLOOR_JAVA" "${format_flags[@]}" -cp "$class_path" \
  kafka.tools.StorageTool format -t "$FLOOR_CLUSTER_ID" -c server.properties
format_pid=$started
start connect "$FLOOR_JAVA" "${connect_flags[@]}" -cp "$class_path" \
  org.apache.kafka.connect.cli.ConnectDistributed connect-distributed.properties
servers+=("$started")
wait "$format_pid"
format_pid=''
start kafka "$FLOOR_JAVA" "${kafka_flags[@]}" -cp "$class_path" kafka.Kafka server.properties
servers+=("$started")
echo "Kafka formatted"

wait "$initdb_pid"
initdb_pid=''
cat postgresql.conf >>postgres/data/postgresql.conf
start postgres "$FLOOR_POSTGRES/bin/postgres" -D "$PWD/postgres/data"
postgres_pid=$started
servers+=("$postgres_pid")
until_true postgres_answers
echo "PostgreSQL answers"

prepare

until_true connect_answers
echo "Kafka Connect answers"

capture

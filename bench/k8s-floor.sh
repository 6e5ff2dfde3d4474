#!/usr/bin/env bash
# The floor that `up mykart --target k8s --with-kafka` is measured against: the same manifests with kubectl, and the
# same work with psql and curl, as a skilled person would write it for one use. What does not wait for another is
# done meanwhile: the database is made while Kafka starts, and the ways in are opened while Kafka Connect does.
#
# bench/sections/k8s.mjs writes the settings into the current folder and sets the variables. The namespace is there.
# Each line on stdout names a part that is done. The pods go on running.
set -euo pipefail
source "$FLOOR_CAPTURE"
declare -a children=()
trap 'kill "${children[@]}" $consumer_pid 2>/dev/null || true' EXIT

cluster() { kubectl --namespace "$FLOOR_NAMESPACE" "$@"; }
in_background() {
  "$@" &
  children+=("$!")
}
# The shell becomes kubectl, so that ending the one ends the other.
tunnel() { exec kubectl --namespace "$FLOOR_NAMESPACE" port-forward "$1" "$2" >>tunnels.log 2>&1; }
rollout() { cluster rollout status "$1" --timeout="${FLOOR_TIMEOUT_SECONDS}s" >/dev/null; }
listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

cluster apply -k . >apply.log 2>&1 || fail "$(<apply.log)"
echo "manifests applied"

in_background rollout deployment/cdc-connect
connect_pid=$!
rollout statefulset/postgres-wal
echo "PostgreSQL ready"
in_background tunnel service/postgres-wal "$PGPORT:5432"
until_true listens "$PGPORT"
prepare
rollout statefulset/cdc-kafka
echo "Kafka ready"
in_background tunnel pod/cdc-kafka-0 "$FLOOR_KAFKA_PORT:9094"
wait "$connect_pid"
echo "Kafka Connect ready"
in_background tunnel service/cdc-connect "$FLOOR_CONNECT_PORT:8083"
until_true listens "$FLOOR_KAFKA_PORT"
until_true listens "$FLOOR_CONNECT_PORT"
echo "ways in"
capture

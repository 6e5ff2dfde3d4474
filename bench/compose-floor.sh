#!/usr/bin/env bash
# The floor that `up mykart --target compose` is measured against: the same compose file by hand, and the same work
# with psql and curl.
#
# bench/sections/compose.mjs writes the settings into the current folder and sets the variables.
# Each line on stdout names a part that is done. The containers go on running.
set -euo pipefail
source "$FLOOR_CAPTURE"
trap 'kill -KILL $consumer_pid 2>/dev/null || true' EXIT

docker compose -f "$FLOOR_COMPOSE_FILE" up -d --wait >compose.log 2>&1 || fail "$(<compose.log)"
echo "containers healthy"
prepare
capture

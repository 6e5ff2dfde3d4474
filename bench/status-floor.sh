#!/usr/bin/env bash
# What `status` asks of Kafka Connect and PostgreSQL, written for one use, side by side. Kafka has no such command.
#   status-floor.sh URL PORT
set -euo pipefail
url=$1 port=$2
curl -sSf "$url/connectors?expand=info&expand=status" >/dev/null &
PGPASSWORD=password123 psql -qAtX -h 127.0.0.1 -p "$port" -U admin mydb >/dev/null -c \
  "SELECT slot_name, database, active, wal_status, safe_wal_size, confirmed_flush_lsn, restart_lsn, pg_current_wal_lsn() FROM pg_replication_slots"
wait $!

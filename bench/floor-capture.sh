# The part of a floor that is the same wherever the servers run: functions for the scripts of the floors.

declare -a servers=()
consumer_pid=''

fail() {
  echo "$1" >&2
  exit 1
}

# until_true COMMAND…: tries it every 50 ms, while all servers that were started live.
until_true() {
  local until_second=$((SECONDS + FLOOR_TIMEOUT_SECONDS))
  until "$@"; do
    if ((SECONDS > until_second)); then fail "gave up waiting for: $*"; fi
    for pid in ${servers[@]+"${servers[@]}"}; do kill -0 "$pid" || fail "a server ended while waiting for: $*"; done
    sleep 0.05
  done
}

sql() { psql -XAtq -v ON_ERROR_STOP=1 "$@"; }
get() { curl -s --max-time 10 "http://127.0.0.1:$FLOOR_CONNECT_PORT$1"; }

postgres_answers() { sql -d postgres -c 'SELECT 1' >/dev/null 2>&1; }
connect_answers() { [[ $(get /health) == *'"healthy"'* ]]; }
connector_runs() {
  local status
  status=$(get /connectors/mykart-connector/status)
  [[ $status == *'"connector":{"state":"RUNNING"'* && $status == *'"tasks":[{"id":0,"state":"RUNNING"'* ]]
}
# Waits in one session: a psql for each look would take a third of a processor away from the servers.
slot_streams() {
  sql -d postgres -v timeout="${FLOOR_TIMEOUT_SECONDS}s" <<'END'
SET statement_timeout = :'timeout';
DO $$ BEGIN
  LOOP
    PERFORM pg_stat_clear_snapshot();
    EXIT WHEN EXISTS (SELECT FROM pg_replication_slots s JOIN pg_stat_replication r ON r.pid = s.active_pid
      WHERE slot_name = 'debezium_mykart_slot' AND r.state = 'streaming');
    PERFORM pg_sleep(0.05);
  END LOOP;
END $$;
END
}

prepare() {
  sql -d postgres -c 'CREATE DATABASE mykart'
  sql -d mykart -f "$FLOOR_SCHEMA" -f prepare.sql >/dev/null
  echo "database prepared"
}

# From the connector to its event.
capture() {
  # It makes the topic by asking for it, and reads from the beginning: it may be there long before the event.
  "$FLOOR_NODE" "$FLOOR_CONSUMER" "127.0.0.1:$FLOOR_KAFKA_PORT" debezium.mykart.cdc_pipeline.probe "$FLOOR_TOKEN" \
    >consumer.log 2>&1 &
  consumer_pid=$!
  curl -sS --fail -o put.log -X PUT -H 'Content-Type: application/json' --data @connector.json \
    "http://127.0.0.1:$FLOOR_CONNECT_PORT/connectors/mykart-connector/config"
  echo "connector put"
  until_true connector_runs
  echo "connector and task RUNNING"
  slot_streams
  echo "slot streams"

  sql -d mykart -c "INSERT INTO cdc_pipeline.probe (token) VALUES ('$FLOOR_TOKEN')"
  wait "$consumer_pid"
  echo "event seen"
}

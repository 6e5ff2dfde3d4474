#!/usr/bin/env bash
# What `register` and `connectors delete` do, written for one use with curl, one request after another:
#   connect-floor.sh register URL FOLDER   PUTs FOLDER/NAME.json of each connector; ends when all of them are RUNNING
#   connect-floor.sh delete URL FOLDER     DELETEs each of them; ends when none of them is listed any more
set -euo pipefail
work=$1 url=$2 folder=$3

names=()
for file in "$folder"/*.json; do names+=("$(basename "$file" .json)"); done

# How often a text is in what the worker answers.
count() { { curl -sS "$url$1" | grep -oE "$2" || true; } | wc -l; }

case $work in
register)
  for name in "${names[@]}"; do
    curl -sS --fail --retry 20 --retry-all-errors --retry-delay 1 -o /dev/null -X PUT \
      -H 'content-type: application/json' -d @"$folder/$name.json" "$url/connectors/$name/config"
  done
  # Each connector is RUNNING, and so is its task.
  until [ "$(count '/connectors?expand=status' '"state":"RUNNING"')" -ge $((2 * ${#names[@]})) ]; do sleep 0.1; done
  ;;
delete)
  for name in "${names[@]}"; do
    curl -sS --fail --retry 20 --retry-all-errors --retry-delay 1 -o /dev/null -X DELETE "$url/connectors/$name"
  done
  until [ "$(curl -sS "$url/connectors")" = '[]' ]; do sleep 0.1; done
  ;;
esac

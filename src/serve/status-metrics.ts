import { parseLsn } from "../lsn.js";
import type { Observation } from "../observe/observation.js";
import type { Metric, MetricSample } from "./metric-text.js";

const PREFIX = "cdc_pipeline_";
const MS = 1_000;

type Value = number | boolean | null | undefined;

/** An observation as metrics. What is not known has no sample: no number stands in for it. */
export function statusMetrics(seen: Observation): Metric[] {
  const { servers, connectors, databases, slots, wal, archive, problems } = seen;
  const ofDatabases = (name: string, help: string, read: (one: Observation["databases"][number]) => Value) =>
    gauge(name, help, databases, ({ name: database, connector }) => ({ database, connector }), read);
  const ofSlots = (name: string, help: string, read: (one: Observation["slots"][number]) => Value) =>
    gauge(name, help, slots, ({ name: slot, database }) => ({ slot, database }), read);
  const ofAll = (name: string, help: string, value: Value) =>
    gauge(
      name,
      help,
      [value],
      () => ({}),
      (one) => one,
    );
  return [
    ofAll("look_timestamp_seconds", "When the servers were looked at last.", secondsOf(seen.time)),
    gauge(
      "server_up",
      "Whether the server runs.",
      servers,
      ({ server }) => ({ server }),
      ({ state }) => state === "running",
    ),
    gauge(
      "connector_running",
      "Whether the connector and all of its tasks run.",
      connectors,
      ({ name: connector }) => ({ connector }),
      ({ reason }) => reason === undefined,
    ),
    {
      ...named("connector_tasks", "The connector's tasks, by state.", "gauge"),
      samples: connectors.flatMap(({ name: connector, tasks }) =>
        [...new Set(tasks)].map((state) => ({
          labels: { connector, state },
          value: tasks.filter((task) => task === state).length,
        })),
      ),
    },
    ofDatabases("database_running", "Whether the database is captured.", ({ state }) => state === "running"),
    ofDatabases("lag_bytes", "WAL that the connector has not confirmed.", ({ lag }) => lag.bytes),
    ofDatabases(
      "lag_at_least_seconds",
      "For at least so long there has been WAL that is not confirmed.",
      ({ lag }) => inSeconds(lag.atLeastMs),
    ),
    ofDatabases("lag_at_most_seconds", "All that was written longer ago is confirmed.", ({ lag }) =>
      inSeconds(lag.atMostMs),
    ),
    counter(
      ofDatabases("events_total", "Records that the topics of its tables have got.", ({ events }) => events),
    ),
    ofDatabases(
      "last_event_timestamp_seconds",
      "The time of the newest record of its tables' topics.",
      ({ lastEvent }) => secondsOf(lastEvent?.at),
    ),
    ofDatabases(
      "last_heartbeat_timestamp_seconds",
      "The time of the connector's newest heartbeat.",
      ({ lastHeartbeatAt }) => secondsOf(lastHeartbeatAt),
    ),
    ofSlots("slot_active", "Whether somebody reads the slot.", ({ active }) => active),
    ofSlots("slot_lost", "Whether WAL that the slot needs is gone.", ({ walStatus }) => walStatus === "lost"),
    ofSlots("slot_retained_bytes", "WAL that is kept for the slot.", ({ retainedBytes }) => retainedBytes),
    ofSlots(
      "slot_unconfirmed_bytes",
      "WAL that the slot's reader has not confirmed.",
      ({ unconfirmedBytes }) => unconfirmedBytes,
    ),
    ofSlots(
      "slot_safe_bytes",
      "WAL that may be written before the slot is lost.",
      ({ safeBytes }) => safeBytes,
    ),
    ofSlots("slot_lost_in_seconds", "Until the slot is lost, as it grows now.", ({ lostInMs }) =>
      inSeconds(lostInMs),
    ),
    ofSlots(
      "slot_disk_full_in_seconds",
      "Until the disk is full of what is kept for the slot, as it grows now.",
      ({ diskFullInMs }) => inSeconds(diskFullInMs),
    ),
    counter(
      ofAll(
        "wal_written_bytes_total",
        "Where the server's WAL ends.",
        wal === null ? null : Number(parseLsn(wal.endLsn)),
      ),
    ),
    ofAll("wal_free_bytes", "What is free where WAL is.", wal?.freeBytes),
    ofAll("wal_slot_limit_bytes", "What a slot may keep at most.", wal?.slotLimitBytes),
    ofAll("archive_failing", "Whether the last attempt to archive WAL failed.", archive?.isFailing),
    counter(ofAll("archive_failures_total", "Attempts to archive WAL that failed.", archive?.failedCount)),
    gauge(
      "problems",
      "What is not as it should be.",
      ["error", "warning"],
      (severity) => ({ severity }),
      (severity) => problems.filter((problem) => problem.severity === severity).length,
    ),
  ];
}

const named = <Type extends Metric["type"]>(name: string, help: string, type: Type) => ({
  ...{ name: `${PREFIX}${name}`, help, type },
});

function gauge<One>(
  name: string,
  help: string,
  of: readonly One[],
  labels: (one: One) => Readonly<Record<string, string>>,
  read: (one: One) => Value,
): Metric {
  const samples = of.flatMap((one): MetricSample[] => {
    const value = read(one);
    return value === null || value === undefined ? [] : [{ labels: labels(one), value: Number(value) }];
  });
  return { ...named(name, help, "gauge"), samples };
}

const counter = (metric: Metric): Metric => ({ ...metric, type: "counter" });
const inSeconds = (ms: number | null): number | null => (ms === null ? null : ms / MS);
const secondsOf = (time: string | null | undefined): number | null =>
  time === null || time === undefined ? null : Date.parse(time) / MS;

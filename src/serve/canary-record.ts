import type { CaptureEntry } from "../stages/verify/watch/capture-entry.js";
import type { Metric, MetricSample } from "./metric-text.js";

/** Upper bounds, in seconds. */
const BUCKETS = [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] as const;
const MS = 1_000;

interface Record {
  last: CaptureEntry;
  readonly counts: number[];
  sumSeconds: number;
  ok: number;
  stalled: number;
}

/** What the probes of each database came to so far. */
export class CanaryRecord {
  readonly #records = new Map<string, Record>();

  add(entry: CaptureEntry): void {
    const fresh = { last: entry, counts: BUCKETS.map(() => 0), sumSeconds: 0, ok: 0, stalled: 0 };
    const record: Record = this.#records.get(entry.database) ?? fresh;
    record.last = entry;
    if (entry.latencyMs === null) {
      record.stalled += 1;
    } else {
      const seconds = entry.latencyMs / MS;
      record.ok += 1;
      record.sumSeconds += seconds;
      BUCKETS.forEach((bound, index) => {
        if (seconds <= bound) record.counts[index] = (record.counts[index] ?? 0) + 1;
      });
    }
    this.#records.set(entry.database, record);
  }

  forget(database: string): void {
    this.#records.delete(database);
  }

  /** The newest entry of each database. */
  last(): readonly CaptureEntry[] {
    return [...this.#records.values()].map(({ last }) => last);
  }

  metrics(): Metric[] {
    const records = [...this.#records];
    const ofEach = (read: (record: Record) => number | null): MetricSample[] =>
      records.flatMap(([database, record]) => {
        const value = read(record);
        return value === null ? [] : [{ labels: { database }, value }];
      });
    return [
      {
        ...{ name: "cdc_pipeline_canary_up", type: "gauge" },
        help: "Whether the last probe's event came.",
        samples: ofEach(({ last }) => Number(last.state !== "stalled")),
      },
      {
        ...{ name: "cdc_pipeline_canary_stalled_seconds", type: "gauge" },
        help: "For how long no probe's event has come.",
        samples: ofEach(({ last }) => (last.state === "stalled" ? (last.stalledMs ?? 0) / MS : 0)),
      },
      {
        ...{ name: "cdc_pipeline_canary_probes_total", type: "counter" },
        help: "Looks for a probe's event, by what came of them.",
        samples: records.flatMap(([database, { ok, stalled }]) => [
          { labels: { database, result: "ok" }, value: ok },
          { labels: { database, result: "stalled" }, value: stalled },
        ]),
      },
      {
        ...{ name: "cdc_pipeline_canary_latency_seconds", type: "histogram" },
        help: "From a probe's commit to its event's arrival here.",
        samples: records.flatMap(([database, record]) => histogram(database, record)),
      },
    ];
  }
}

const histogram = (database: string, { counts, ok, sumSeconds }: Record): MetricSample[] => [
  ...BUCKETS.map((bound, index) => ({
    ...{ suffix: "_bucket", labels: { database, le: String(bound) } },
    value: counts[index] ?? 0,
  })),
  { suffix: "_bucket", labels: { database, le: "+Inf" }, value: ok },
  { suffix: "_sum", labels: { database }, value: sumSeconds },
  { suffix: "_count", labels: { database }, value: ok },
];

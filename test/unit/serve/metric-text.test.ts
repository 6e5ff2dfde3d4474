import { describe, expect, it } from "vitest";

import { CanaryRecord } from "../../../src/serve/canary-record.js";
import { metricText } from "../../../src/serve/metric-text.js";
import { statusMetrics } from "../../../src/serve/status-metrics.js";
import type { CaptureEntry } from "../../../src/stages/verify/watch/capture-entry.js";
import { observation, slotState } from "../../support/observations.js";

const lines = (text: string) => text.split("\n").filter((line) => !line.startsWith("#"));

describe("metrics as text", () => {
  it("have help and type, and labels of any text", () => {
    const labels = { database: 'a"b\\c\nd' };
    const metric = {
      name: "x_bytes",
      help: "A\nB \\",
      type: "gauge",
      samples: [{ labels, value: 1.5 }],
    } as const;
    expect(metricText([metric])).toBe(
      '# HELP x_bytes A\\nB \\\\\n# TYPE x_bytes gauge\nx_bytes{database="a\\"b\\\\c\\nd"} 1.5\n',
    );
  });

  it("leave out what is not known: no number stands in for it", () => {
    const [database] = observation().databases;
    if (database === undefined) throw new Error("no database");
    const unknown = { bytes: null, atLeastMs: null, atMostMs: null, unknown: "x" };
    const seen = observation({
      databases: [{ ...database, lag: unknown, lastEvent: null, events: null }],
      slots: [slotState({ safeBytes: null })],
      wal: null,
    });
    const text = metricText(statusMetrics(seen));
    expect(text).not.toMatch(/_lag_|_event|_safe_|_wal_|archive|NaN|null/);
    expect(lines(text)).toContain(
      'cdc_pipeline_database_running{database="mykart",connector="mykart-connector"} 1',
    );
  });

  it("are in base units", () => {
    const text = lines(metricText(statusMetrics(observation())));
    const labels = '{database="mykart",connector="mykart-connector"}';
    expect(text).toEqual(
      expect.arrayContaining([
        `cdc_pipeline_lag_bytes${labels} 512`,
        `cdc_pipeline_lag_at_most_seconds${labels} 4`,
        `cdc_pipeline_events_total${labels} 9015`,
        'cdc_pipeline_slot_retained_bytes{slot="debezium_mykart_slot",database="mykart"} 16777216',
        "cdc_pipeline_wal_written_bytes_total 50332160",
        'cdc_pipeline_problems{severity="error"} 0',
      ]),
    );
  });

  it("name each metric once, with the unit in its name where it has one", () => {
    const types = metricText(statusMetrics(observation())).match(/^# TYPE (\S+)/gm) ?? [];
    expect(new Set(types).size).toBe(types.length);
    expect(types.length).toBeGreaterThan(15);
  });
});

describe("the canary's metrics", () => {
  const entry = (change: Partial<CaptureEntry>): CaptureEntry => ({
    ...{ time: "2026-11-30T12:00:00.000Z", database: "shop", state: "ok", latencyMs: 60, split: null },
    ...{ lagBytes: 0, stalledMs: null, code: null, reason: null, hint: null },
    ...change,
  });

  it("are a histogram whose buckets hold all that are as fast, and what did not come", () => {
    const record = new CanaryRecord();
    for (const latencyMs of [20, 60, 700, 60_000]) record.add(entry({ latencyMs }));
    record.add(entry({ state: "stalled", latencyMs: null, stalledMs: 31_000 }));
    const text = lines(metricText(record.metrics()));
    expect(text).toEqual(
      expect.arrayContaining([
        'cdc_pipeline_canary_up{database="shop"} 0',
        'cdc_pipeline_canary_stalled_seconds{database="shop"} 31',
        'cdc_pipeline_canary_probes_total{database="shop",result="stalled"} 1',
        'cdc_pipeline_canary_latency_seconds_bucket{database="shop",le="0.025"} 1',
        'cdc_pipeline_canary_latency_seconds_bucket{database="shop",le="0.1"} 2',
        'cdc_pipeline_canary_latency_seconds_bucket{database="shop",le="30"} 3',
        'cdc_pipeline_canary_latency_seconds_bucket{database="shop",le="+Inf"} 4',
        'cdc_pipeline_canary_latency_seconds_count{database="shop"} 4',
      ]),
    );
    expect(text.find((line) => line.includes("_sum"))).toMatch(/ 60\.78$/);
  });

  it("are gone with their database", () => {
    const record = new CanaryRecord();
    record.add(entry({}));
    record.forget("shop");
    expect(metricText(record.metrics())).toBe("\n");
  });
});

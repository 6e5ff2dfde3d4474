import { expect, it } from "vitest";

import { CdcError } from "../../../src/errors.js";
import type { CaptureEntry } from "../../../src/stages/verify/watch/capture-entry.js";
import { StallRecord } from "../../../src/stages/verify/watch/stall-record.js";
import { renderCaptureEntry } from "../../../src/ui/render-capture-entry.js";

const split = { commitToDebeziumMs: 20, debeziumToKafkaMs: 3, kafkaToHereMs: 9 };
const probe = { latencyMs: 32, split };
const shown = (entry: CaptureEntry) => renderCaptureEntry({ ...entry, time: "2026-11-30T12:00:01.000Z" });

it("tells latency and lag, a stall with its reason, and the first probe after it", () => {
  const record = new StallRecord("shop");
  const parts = "commit -> Debezium 20 ms -> Kafka 3 ms -> here 9 ms";
  expect(shown(record.proved(probe, 1536))).toBe(`12:00:01 shop ok 32 ms (${parts}), slot lag 1.5 KiB`);
  const error = new CdcError("CONNECTOR_NOT_RUNNING", "connector shop-connector is PAUSED\u001b[2J", {
    hint: "cdc-pipeline connectors resume shop-connector",
  });
  const stalled = record.stalled(error, null, performance.now() - 5000);
  expect(stalled).toMatchObject({
    state: "stalled",
    code: "CONNECTOR_NOT_RUNNING",
    latencyMs: null,
    lagBytes: null,
  });
  expect(shown({ ...stalled, stalledMs: 5000 })).toBe(
    "12:00:01 shop stalled for 5.0 s: connector shop-connector is PAUSED\n         cdc-pipeline connectors resume shop-connector",
  );
  const later = record.stalled(error, 10, performance.now());
  expect(later.stalledMs).toBeGreaterThanOrEqual(5000);
  const back = record.proved(probe, null);
  expect(back).toMatchObject({ state: "back", code: null, reason: null });
  expect(shown({ ...back, stalledMs: 64_000 })).toBe(`12:00:01 shop back after 1 min 4 s 32 ms (${parts})`);
  expect(record.proved(probe, null).state).toBe("ok");
});

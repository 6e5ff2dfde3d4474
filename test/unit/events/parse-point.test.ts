import { expect, it } from "vitest";

import { parsePoint } from "../../../src/events/parse-point.js";
import { catchCdcError } from "../../support/catch-cdc-error.js";

const NOW = Date.UTC(2026, 10, 30, 12);
const at = (text: string) => parsePoint("--from", text, NOW);

it.each([
  ["beginning", { at: "beginning" }],
  [" end ", { at: "end" }],
  ["15m", { at: "time", timeMs: NOW - 900_000 }],
  ["1.5h ago", { at: "time", timeMs: NOW - 5_400_000 }],
  ["2d", { at: "time", timeMs: NOW - 172_800_000 }],
  ["2026-11-30T10:00Z", { at: "time", timeMs: NOW - 7_200_000 }],
  ["2026-11-30 13:00:00.250+01:00", { at: "time", timeMs: NOW + 250 }],
  ["2026-11-30T13:00+01", { at: "time", timeMs: NOW }],
])("%s is a point", (text, expected) => {
  expect(at(text)).toEqual(expected);
});

it.each([
  ["offset:123", [123, 123]],
  ["offset:0=5", [5, undefined]],
  ["offset:0=5, 1=6", [5, 6]],
])("%s is of partitions", (text, expected) => {
  const point = at(text);
  expect([0, 1].map((partition) => (point.at === "offset" ? point.offsetOf(partition) : "none"))).toEqual(
    expected,
  );
});

it.each([
  ["2026-11-30T10:00", /the time has no zone; of UTC it is 2026-11-30T10:00Z/],
  ["2026-02-30T10:00Z", /is no point/],
  ["2026-11-30T25:00Z", /is no point/],
  ["2026-11-30T10:00 Mars", /is no point/],
  ["15", /is no point/],
  ["offset:", /is no point/],
  ["offset:-1", /is no point/],
  ["offset:0=5=6", /is no point/],
  ["offset:0=5,6", /is no point/],
  ["", /is no point/],
])("%j is refused", async (text, message) => {
  const error = await catchCdcError(() => at(text));
  expect(error.code).toBe("USAGE");
  expect(error.message).toMatch(message);
});

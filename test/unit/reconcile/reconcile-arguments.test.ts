import { expect, test } from "vitest";

import { reconcileOptionsOf } from "../../../src/commands/handlers/reconcile-arguments.js";
import { catchCdcError } from "../../support/catch-cdc-error.js";

const NOW_MS = Date.parse("2026-11-23T10:00:00Z");

test.each([
  [{ sample: "10%" }, { sample: 0.1 }],
  [{ since: "2h" }, { sinceMs: NOW_MS - 7_200_000 }],
  [{ since: "2026-11-23 11:30:00+02" }, { sinceMs: Date.parse("2026-11-23T09:30:00Z") }],
  [{ "read-from": "standby" }, { readFrom: { host: "standby", port: 5432 } }],
  [{ "read-from": "[::1]:6000" }, { readFrom: { host: "::1", port: 6000 } }],
  [{ "late-after": "0.5" }, { lateAfterMs: 500 }],
  [{ "max-named": "100" }, { maxNamed: 100 }],
])("%j", (args, expected) => {
  expect(reconcileOptionsOf(args, NOW_MS)).toMatchObject(expected);
});

test.each([
  [{ sample: "0%" }],
  [{ sample: "10" }],
  [{ since: "yesterday" }],
  [{ since: "2026-11-23 11:30:00" }],
  [{ since: "2036-01-01T00:00:00Z" }],
  [{ "read-from": "a:b" }],
  [{ "late-after": "-1" }],
  [{ "max-named": "many" }],
])("%j is refused", async (args) => {
  const error = await catchCdcError(() => reconcileOptionsOf(args, NOW_MS));
  expect(error.code).toBe("USAGE");
});

import type { PlannedServer } from "../targets/target.js";
import { printableLine } from "./printable.js";

/** What `down` would stop and remove, a line each. */
export function renderDownPlan(planned: readonly PlannedServer[]): string {
  if (planned.length === 0) return "Nothing to stop.";
  const lines = planned.map(({ title, status, detail = "" }) =>
    `  - ${printableLine(title)}  ${status}  ${printableLine(detail)}`.trimEnd(),
  );
  return ["down", ...lines, "", "Nothing was stopped."].join("\n");
}

import type { PlannedServer } from "../targets/target.js";
import { printableLine } from "./printable.js";

/** What `down` would stop, remove and keep, a line each. */
export function renderDownPlan(planned: readonly PlannedServer[]): string {
  const lines = planned.map(({ title, status, detail = "" }) => planLine(title, status, detail));
  return ["down", ...lines, "", "Nothing was stopped."].join("\n");
}

function planLine(title: string, status: PlannedServer["status"], detail: string): string {
  const [sign, word] = status === "unchanged" ? ["=", "kept"] : ["-", status];
  return `  ${sign} ${printableLine(title)}  ${word}  ${printableLine(detail)}`.trimEnd();
}

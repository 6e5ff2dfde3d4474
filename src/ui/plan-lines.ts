import type { KeyChange } from "../stages/register/plan-connector.js";
import type { PlannedConnector } from "../stages/register/plan-register.js";
import type { Paint, PaintStyle } from "./paint.js";
import { printableLine } from "./printable.js";

const SIGNS: Readonly<Record<string, readonly [sign: string, style: PaintStyle]>> = {
  unchanged: ["=", "dim"],
  updated: ["~", "yellow"],
  removed: ["-", "red"],
  stopped: ["-", "red"],
};
const NAME_WIDTH = "publication debezium_publication".length;
const STATUS_WIDTH = "unchanged".length;
/** What would be done to a connector, and below it what becomes different; secrets are hidden. */
export function connectorLines(
  { connector, status, changes, needsAdoption }: PlannedConnector,
  paint: Paint,
): string[] {
  const detail = needsAdoption ? "made by somebody else: only with --adopt" : "";
  return [
    planLine({ name: `connector ${connector}`, status, detail }, paint),
    ...changes.map((change) => changeLine(change, paint)),
  ];
}

export interface PlanLine {
  readonly name: string;
  readonly status: string;
  readonly detail?: string;
}

/** `~ connector shop  updated  detail` */
export function planLine({ name, status, detail = "" }: PlanLine, paint: Paint): string {
  const [sign, style] = SIGNS[status] ?? ["+", "green"];
  const columns = [
    printableLine(name).padEnd(NAME_WIDTH),
    status.padEnd(STATUS_WIDTH),
    printableLine(detail),
  ];
  return `  ${paint(style, sign)} ${columns.join("  ").trimEnd()}`;
}

export function changeLine({ key, from, to }: KeyChange, paint: Paint): string {
  const name = printableLine(key);
  if (from === undefined) return `      ${paint("green", "+")} ${name} = ${printableLine(to ?? "")}`;
  if (to === undefined) return `      ${paint("red", "-")} ${name} = ${printableLine(from)}`;
  return `      ${paint("yellow", "~")} ${name} = ${printableLine(from)} -> ${printableLine(to)}`;
}

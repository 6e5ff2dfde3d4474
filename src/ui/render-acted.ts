import type { Acted } from "../connectors/act-on-each.js";
import { printableLine } from "./printable.js";
import { renderColumns } from "./render-columns.js";

/** What became of each connector, a line each. */
export function renderActed(acted: readonly Acted[]): string {
  const rows = acted.map(({ name, status, detail }) => [name, status, detail ?? ""].map(printableLine));
  return renderColumns(rows).join("\n");
}

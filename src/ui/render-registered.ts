import type { Acted } from "../connectors/act-on-each.js";
import { renderActed } from "./render-acted.js";

/** What became of the connectors of files: those that nothing is to be said of are only counted. */
export function renderRegistered(acted: readonly Acted[]): string {
  const told = acted.filter(({ status, detail }) => status !== "unchanged" || detail !== null);
  const rest = acted.length - told.length;
  const lines = told.length === 0 ? [] : [renderActed(told)];
  if (rest > 0) lines.push(`${rest} ${rest === 1 ? "connector is" : "connectors are"} unchanged.`);
  return lines.join("\n");
}

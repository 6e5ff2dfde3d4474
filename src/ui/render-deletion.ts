import type { RegisteredConnector } from "../clients/connect/connect-client.js";
import { describeTasks, viewConnector } from "../connectors/connector-view.js";
import type { SlotLeft } from "../connectors/offsets/slots-left.js";
import { formatBytes } from "../format.js";
import { printableLine } from "./printable.js";
import { renderColumns } from "./render-columns.js";
import { shortClass } from "./render-connectors.js";

/** The connectors that would go, and what would stay of them. */
export function renderDeletionPlan(
  connectors: readonly RegisteredConnector[],
  slots: readonly SlotLeft[],
): string {
  if (connectors.length === 0) return "There is nothing to delete.";
  const rows = connectors.map(viewConnector).map((view) => {
    const tasks = `tasks: ${describeTasks(view.tasks)}`;
    return ["- delete", view.name, shortClass(view.class), view.state, tasks].map(printableLine);
  });
  return [...renderColumns(rows), ...renderSlotsLeft(slots)].join("\n");
}

/** The slots that stay, with the SQL that drops each. */
export function renderSlotsLeft(slots: readonly SlotLeft[]): string[] {
  if (slots.length === 0) return [];
  const rows = slots.map(({ slot, database, postgres, retainedBytes, sql }) => [
    `  ${printableLine(slot)}`,
    printableLine(`of ${database} on ${postgres}`),
    retainedBytes === null ? "not asked" : `keeps ${formatBytes(retainedBytes)} of WAL`,
    printableLine(sql),
  ]);
  return [
    "",
    "PostgreSQL keeps WAL for these replication slots until somebody reads or drops them:",
    ...renderColumns(rows),
  ];
}

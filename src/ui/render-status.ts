import { formatBytes } from "../format.js";
import type { ArchiveHealth } from "../recovery/archive-health.js";
import { describeArchive } from "./describe-archive.js";
import { printableLine } from "./printable.js";

export interface ServerState {
  readonly server: string;
  readonly state: string;
  readonly version: string;
  readonly address: string;
  readonly pid?: number;
  readonly log?: string;
}

export interface ConnectorState {
  readonly name: string;
  readonly state: string;
  readonly tasks: readonly string[];
  /** Why it is not running. */
  readonly reason?: string;
}

export interface SlotState {
  readonly name: string;
  readonly database: string;
  readonly active: boolean;
  readonly walStatus: string | null;
  /** WAL that Debezium has not confirmed yet. */
  readonly unconfirmedBytes: number;
  /** WAL that PostgreSQL keeps for the slot. */
  readonly retainedBytes: number;
}

/** What was found, or why it could not be asked for; nothing found and nothing known are not the same. */
export interface Found<Item> {
  readonly items: readonly Item[];
  readonly unknown?: string;
}

export interface Status {
  readonly target: string;
  readonly servers: readonly ServerState[];
  readonly connectors: Found<ConnectorState>;
  readonly slots: Found<SlotState>;
  /** Missing where PostgreSQL is not this program's to back up. */
  readonly archive?: Found<ArchiveHealth>;
}

/** The state of everything, one table each. */
export function renderStatus({ target, servers, connectors, slots, archive }: Status): string {
  const serverRows = servers.map(({ server, state, version, address, pid }) => [
    server,
    state,
    version,
    address,
    pid === undefined ? "" : `pid ${pid}`,
  ]);
  const connectorRows = connectors.items.map(({ name, state, tasks, reason }) => [
    name,
    state,
    tasks.length === 0 ? "no task" : `tasks ${tasks.join(", ")}`,
    reason ?? "",
  ]);
  const slotRows = slots.items.map(({ name, active, walStatus, unconfirmedBytes, retainedBytes }) => [
    name,
    active ? "active" : "inactive",
    `wal ${walStatus ?? "unknown"}`,
    `${formatBytes(unconfirmedBytes)} unconfirmed`,
    `${formatBytes(retainedBytes)} kept`,
  ]);
  return [
    section(`servers (target ${target})`, serverRows),
    section("connectors", connectorRows, connectors.unknown),
    section("replication slots", slotRows, slots.unknown),
    ...(archive === undefined
      ? []
      : [section("WAL archive", archive.items.flatMap(describeArchive), archive.unknown)]),
  ].join("\n\n");
}

/** Columns in line, without those that are empty in every row; servers wrote some of the words. */
function section(title: string, rows: readonly (readonly string[])[], unknown?: string): string {
  if (unknown !== undefined) return `${title}\n  not known: ${printableLine(unknown)}`;
  if (rows.length === 0) return `${title}\n  none`;
  const cells = rows.map((row) => row.map(printableLine));
  const count = Math.max(...cells.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, column) =>
    Math.max(...cells.map((row) => row[column]?.length ?? 0)),
  );
  const lines = cells.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .filter((_, column) => widths[column] !== 0)
      .join("  ")
      .trimEnd(),
  );
  return [title, ...lines.map((line) => `  ${line}`)].join("\n");
}

import { formatBytes, formatDuration, formatElapsed } from "../format.js";
import type { DatabaseState, Observation, SlotState, WalState } from "../observe/observation.js";
import { worstFirst } from "../observe/worst-first.js";
import { describeArchive } from "./describe-archive.js";
import { describeLag } from "./describe-lag.js";
import { describeProblems } from "./describe-problems.js";
import { printableLine } from "./printable.js";

/** The state of everything, one table each, and at the end what it comes to. */
export function renderStatus(seen: Observation, asCalled: (text: string) => string): string {
  const { target, servers, connectors, slots, archive, wal, unknown } = seen;
  const serverRows = servers.map(({ server, state, version, address, pid }) => [
    server,
    state,
    version,
    address,
    pid === undefined ? "" : `pid ${pid}`,
  ]);
  const connectorRows = connectors.map(({ name, state, tasks, reason }) => [
    name,
    state,
    tasks.length === 0 ? "no task" : `tasks ${tasks.join(", ")}`,
    reason ?? "",
  ]);
  return [
    section(`servers (target ${target})`, serverRows),
    section("databases", worstFirst(seen).map(describeDatabase), unknown.connectors ?? undefined),
    section("connectors", connectorRows, unknown.connectors),
    section("replication slots", slots.map(describeSlot), unknown.slots),
    ...(wal === null ? [] : [section("WAL", [describeWal(wal)])]),
    ...(archive === null && unknown.archive === undefined
      ? []
      : [section("WAL archive", archive === null ? [] : describeArchive(archive), unknown.archive)]),
    describeProblems(seen, asCalled).join("\n"),
  ].join("\n\n");
}

function describeDatabase({ name, state, lag, lastEvent, events, eventsPerSecond }: DatabaseState): string[] {
  const last =
    events === null
      ? ""
      : lastEvent === null
        ? "no event yet"
        : `last event ${formatElapsed(lastEvent.agoMs)} ago`;
  const topic = lastEvent === null ? "" : lastEvent.topic;
  return [
    name,
    state,
    describeLag(lag),
    last,
    topic,
    eventsPerSecond === null ? "" : describeRate(eventsPerSecond),
  ];
}

export const describeRate = (perSecond: number): string =>
  `${perSecond < 10 ? perSecond.toFixed(1) : Math.round(perSecond)} events/s`;

function describeSlot(slot: SlotState): string[] {
  const { name, active, walStatus, unconfirmedBytes, retainedBytes } = slot;
  return [
    name,
    active ? "active" : "inactive",
    `wal ${walStatus ?? "unknown"}`,
    `${formatBytes(unconfirmedBytes)} unconfirmed`,
    `${formatBytes(retainedBytes)} kept`,
    describeEnd(slot),
  ];
}

/** Where the slot is heading, as far as that is known. */
export function describeEnd({ diskFullInMs, lostInMs, safeBytes, walStatus }: SlotState): string {
  if (diskFullInMs !== null) return `disk full in ${formatDuration(diskFullInMs)}`;
  if (lostInMs !== null) return `lost in ${formatDuration(lostInMs)}`;
  if (walStatus === "lost") return "";
  return safeBytes === null ? "no limit" : `lost after ${formatBytes(Math.max(0, safeBytes))} more`;
}

function describeWal({
  bytesPerSecond,
  averageBytesPerSecond,
  freeBytes,
  slotLimitBytes,
}: WalState): string[] {
  const average = averageBytesPerSecond === null ? "" : `${formatBytes(averageBytesPerSecond)}/s on average`;
  return [
    bytesPerSecond === null ? average : `${formatBytes(bytesPerSecond)}/s`,
    freeBytes === null ? "free space not known" : `${formatBytes(freeBytes)} free`,
    slotLimitBytes === null ? "no limit for slots" : `${formatBytes(slotLimitBytes)} at most for a slot`,
  ];
}

/** Columns in line, without those that are empty in every row; servers wrote some of the words. */
export function section(title: string, rows: readonly (readonly string[])[], unknown?: string): string {
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

import { describeOffsets } from "../connectors/offsets/describe-offsets.js";
import type { PositionDocument, PostgresDocument } from "../connectors/offsets/describe-position.js";
import { formatBytes } from "../format.js";
import type { Paint } from "./paint.js";
import { printableLine } from "./printable.js";
import { renderColumns } from "./render-columns.js";

/** How far a connector has read, what its slot says of it, and what to do where they do not agree. */
export function renderPosition({ name, offsets, postgres }: PositionDocument, paint: Paint): string {
  const lines = [paint("bold", printableLine(name))];
  if (postgres === null) {
    const stored = offsets === null ? ["not known"] : describeOffsets(offsets);
    const texts = stored.length === 0 ? ["nothing stored"] : stored;
    return [...lines, ...texts.map((text) => `  ${printableLine(text)}`)].join("\n");
  }
  const rows = [["offset", postgres.lsn ?? "nothing stored"], ...slotRows(postgres)];
  const { isLoss, meaning, remedy } = postgres;
  const color = isLoss === true ? "red" : "dim";
  return [
    ...lines,
    ...renderColumns(
      rows.map((row) => row.map(printableLine)),
      "  ",
    ),
    `  ${paint(color, printableLine(meaning))}`,
    ...(remedy === null ? [] : [`  To begin anew with a snapshot: ${remedy}`]),
  ].join("\n");
}

function slotRows({ slot, confirmedLsn, restartLsn, isActive, walStatus, retainedBytes }: PostgresDocument) {
  if (isActive === null) return [[`slot`, slot]];
  return [
    ["slot", `${slot}, ${isActive ? "active" : "not active"}, WAL ${walStatus ?? "unknown"}`],
    ["confirmed", confirmedLsn ?? "nothing"],
    [
      "restart",
      `${restartLsn ?? "nothing"}${retainedBytes === null ? "" : `, ${formatBytes(retainedBytes)} of WAL kept`}`,
    ],
  ];
}

import type { Change, DecodedEvent, Row } from "../events/decode-event.js";
import { NOT_SENT } from "../events/not-sent.js";
import { timeOf } from "./describe-event.js";
import { fitLines } from "./fit-lines.js";
import { createPaint, type Paint, type PaintStyle } from "./paint.js";
import { printableLine, printableLines } from "./printable.js";

export interface RenderEventOptions {
  /** Longer lines are cut; missing of a file. */
  readonly columns?: number;
  readonly color: boolean;
}

const OPERATIONS: Readonly<Record<string, readonly [sign: string, word: string, style: PaintStyle]>> = {
  c: ["+", "insert", "green"],
  u: ["~", "update", "yellow"],
  d: ["-", "delete", "red"],
  t: ["!", "truncate", "red"],
  r: ["=", "snapshot", "cyan"],
};

/** An event as a person reads it: a line of what happened, and one for each column that tells something. */
export function renderEvent(event: DecodedEvent, { columns, color }: RenderEventOptions): string {
  const paint = createPaint(color);
  const fit = (text: string) => (columns === undefined ? text : fitLines(text, columns));
  return fit([headline(event, paint), ...body(event, paint)].join("\n"));
}

function headline(event: DecodedEvent, paint: Paint): string {
  const [sign, word, style] = operationOf(event);
  const name = printableLine(event.schema === "" ? event.table : `${event.schema}.${event.table}`);
  const key = keyOf(event.key);
  const line = `${paint("dim", timeOf(event.timeMs))} ${paint(style, `${sign} ${word}`)} ${paint("bold", name)}`;
  const rest = event.kind === "change" && event.isFlattened ? paint("dim", "(flattened)") : "";
  return [line, key, rest].filter((part) => part !== "").join(" ");
}

function operationOf(event: DecodedEvent): readonly [sign: string, word: string, style: PaintStyle] {
  if (event.kind === "tombstone") return ["x", "tombstone", "dim"];
  if (event.kind === "undecodable") return ["?", "undecodable", "red"];
  if (event.kind !== "change") return [".", event.kind, "dim"];
  if (event.op === null) return ["=", "row", "cyan"];
  return OPERATIONS[event.op] ?? ["?", `op ${printableLine(event.op)}`, "yellow"];
}

function keyOf(key: DecodedEvent["key"]): string {
  if (key === null) return "";
  if (typeof key === "string") return printableLine(key);
  return Object.entries(key)
    .map(([name, value]) => `${printableLine(name)}=${shown(value)}`)
    .join(" ");
}

function body(event: DecodedEvent, paint: Paint): string[] {
  if (event.kind === "tombstone") return [];
  if (event.kind === "undecodable") {
    const place = `${event.topic}, partition ${event.partition}, offset ${event.offset}`;
    return [`    ${event.reason}: ${place}`];
  }
  if (event.kind !== "change") return columnLines(event.value);
  const { before, after } = event;
  if (after === null) return before === null ? [] : columnLines(knownOf(event, before));
  if (before === null || event.op !== "u") return columnLines(after);
  const changed = Object.keys(after).filter(
    (name) => after[name] !== NOT_SENT && shown(before[name]) !== shown(after[name]),
  );
  if (changed.length === 0) return [paint("dim", "    no column differs")];
  return columnLines(
    Object.fromEntries(changed.map((name) => [name, { from: before[name], to: after[name] }])),
    ({ from, to }) => `${paint("red", shown(from))} -> ${paint("green", shown(to))}`,
  );
}

/** Of a deleted row Debezium sends null for what it does not know, and the key stands in the headline already. */
function knownOf({ key }: Change, before: Row): Row {
  const inKey = typeof key === "object" && key !== null ? key : {};
  return Object.fromEntries(
    Object.entries(before).filter(([name, value]) => value !== null && !(name in inKey)),
  );
}

function columnLines<Value>(
  row: Readonly<Record<string, Value>>,
  show: (value: Value) => string = shown,
): string[] {
  const entries = Object.entries(row).map(([name, value]) => [printableLine(name), show(value)] as const);
  const width = Math.max(0, ...entries.map(([name]) => name.length));
  return entries.map(([name, text]) => `    ${name.padEnd(width)}  ${text}`);
}

/** A value on one line, as JSON has it. */
function shown(value: unknown): string {
  if (value === NOT_SENT) return "(not sent: unchanged)";
  return printableLines(JSON.stringify(value ?? null))[0] ?? "";
}

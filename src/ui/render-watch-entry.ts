import type { WatchEntry } from "../connectors/watch/watch-entry.js";
import { fitLines } from "./fit-lines.js";
import { createPaint, type PaintStyle } from "./paint.js";
import { printableLine } from "./printable.js";

export interface RenderWatchOptions {
  /** Longer lines are cut. */
  readonly columns: number;
  readonly color: boolean;
}

/** What a watch did or saw, as a person reads it: a line, and below it what to do where there is something. */
export function renderWatchEntry(entry: WatchEntry, { columns, color }: RenderWatchOptions): string {
  const paint = createPaint(color);
  const [style, what] = describe(entry);
  const task = entry.task === null ? "" : ` task ${entry.task}`;
  const who = entry.connector === null ? "Kafka Connect" : `${printableLine(entry.connector)}${task}`;
  const cause = entry.cause === null ? "" : `: ${printableLine(entry.cause)}`;
  const line = `${paint("dim", entry.time.slice(11, 19))} ${paint("bold", who)} ${paint(style, what)}${cause}`;
  const hint = entry.hint === null ? [] : [`         ${paint("cyan", printableLine(entry.hint))}`];
  return fitLines([line, ...hint].join("\n"), columns);
}

function describe(entry: WatchEntry): readonly [style: PaintStyle, what: string] {
  const { action, result, attempt, nextTry } = entry;
  const next = nextTry === null ? "" : `, next try at ${nextTry.slice(11, 19)}`;
  switch (action) {
    case "restart":
      return result === "asked"
        ? ["yellow", `FAILED, restarted (${attempt ?? 1})`]
        : ["red", `FAILED, and could not be restarted${next}`];
    case "result":
      return result === "running" ? ["green", "is RUNNING again"] : ["red", `FAILED again${next}`];
    case "report":
      return ["red", "is left as it is"];
    case "give-up":
      return ["red", attempt === 0 ? "is not restarted" : `is given up after ${attempt ?? 0} restarts`];
    case "wait":
      return ["yellow", `FAILED${next}`];
    case "connect-away":
      return ["red", "is away"];
    case "connect-back":
      return ["green", "is back"];
  }
}

import { formatBytes, formatDuration } from "../format.js";
import type { LatencySplit } from "../stages/verify/split-latency.js";
import type { CaptureEntry } from "../stages/verify/watch/capture-entry.js";
import { fitLines } from "./fit-lines.js";
import { createPaint } from "./paint.js";
import { printableLine } from "./printable.js";
import { renderSplit } from "./render-proof.js";

interface Screen {
  readonly columns: number;
  readonly color: boolean;
}

/** What a watch saw, as a person reads it: a line, and below it what to do where there is something. */
export function renderCaptureEntry(entry: CaptureEntry, screen?: Screen): string {
  const paint = createPaint(screen?.color ?? false);
  const { state, latencyMs, split, lagBytes, stalledMs } = entry;
  const head = `${paint("dim", entry.time.slice(11, 19))} ${paint("bold", printableLine(entry.database))}`;
  const lag = lagBytes === null ? "" : `, slot lag ${formatBytes(lagBytes)}`;
  if (state === "stalled") {
    const since = stalledMs === null ? "" : ` for ${formatDuration(stalledMs)}`;
    const line = `${head} ${paint("red", `stalled${since}`)}${lag}: ${printableLine(entry.reason ?? "")}`;
    const hint = entry.hint === null ? [] : [`         ${paint("cyan", printableLine(entry.hint))}`];
    return fit([line, ...hint].join("\n"), screen);
  }
  const back = stalledMs === null ? "ok" : `back after ${formatDuration(stalledMs)}`;
  return fit(`${head} ${paint("green", back)} ${latencyMs ?? "?"} ms${partsOf(split)}${lag}`, screen);
}

const partsOf = (split: LatencySplit | null): string => {
  const parts = split === null ? "" : renderSplit(split);
  return parts === "" ? "" : ` (${parts})`;
};

/** In a file nothing is cut. */
const fit = (text: string, screen: Screen | undefined): string =>
  screen === undefined ? text : fitLines(text, screen.columns);

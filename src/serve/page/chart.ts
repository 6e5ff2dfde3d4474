import { html, type Markup } from "../../reports/html/markup.js";

export interface Point {
  /** Milliseconds since 1970. */
  readonly atMs: number;
  /** null where it was not known: the line has a gap. */
  readonly value: number | null;
}

export interface Chart {
  readonly title: string;
  /** The oldest first. */
  readonly points: readonly Point[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly format: (value: number) => string;
}

const WIDTH = 300;
const HEIGHT = 64;
/** More than the eye can tell apart on so small a chart. */
const MOST_POINTS = 150;

/** A line over time with its area, from 0 to the greatest value, which is named, as is the newest. */
export function renderChart({ title, points, fromMs, toMs, format }: Chart): Markup {
  const shown = thinOut(points.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs));
  const values = shown.flatMap(({ value }) => (value === null ? [] : [value]));
  const most = Math.max(0, ...values);
  const newest = shown.at(-1)?.value ?? null;
  const now = newest === null ? "not known" : format(newest);
  const [line, area] = paths(shown, { fromMs, toMs, most });
  return html`<figure>
    <figcaption><span>${title}</span><strong>${now}</strong></figcaption>
    <svg
      class="live"
      viewBox="0 0 ${WIDTH} ${HEIGHT}"
      preserveAspectRatio="none"
      role="img"
      aria-label="${title}: now ${now}, at most ${format(most)}"
    >
      <path class="area" d="${area}" />
      <path class="line" d="${line}" />
    </svg>
    <p class="soft scale">
      <span>${agoText(toMs - fromMs)}</span><span>at most ${format(most)}</span><span>now</span>
    </p>
  </figure>`;
}

/** The paths of the line and of the area below it; a piece of its own between gaps. */
export function paths(
  points: readonly Point[],
  { fromMs, toMs, most }: { readonly fromMs: number; readonly toMs: number; readonly most: number },
): readonly [line: string, area: string] {
  const x = (atMs: number) => round(((atMs - fromMs) / Math.max(1, toMs - fromMs)) * WIDTH);
  // Room for the line's own thickness.
  const y = (value: number) => round(HEIGHT - 1 - (most === 0 ? 0 : value / most) * (HEIGHT - 3));
  const pieces: { readonly x: number; readonly y: number }[][] = [[]];
  for (const { atMs, value } of points) {
    if (value === null) pieces.push([]);
    else pieces.at(-1)?.push({ x: x(atMs), y: y(value) });
  }
  const drawn = pieces.flatMap((piece) => {
    const [first] = piece;
    const last = piece.at(-1);
    if (first === undefined || last === undefined) return [];
    const line = piece.map((point, index) => `${index === 0 ? "M" : "L"}${point.x} ${point.y}`).join("");
    return [{ line, area: `${line}L${last.x} ${HEIGHT}L${first.x} ${HEIGHT}Z` }];
  });
  return [drawn.map(({ line }) => line).join(""), drawn.map(({ area }) => area).join("")];
}

/** Of neighbours the greatest, so that no peak is lost; a gap among them stays one where all are. */
export function thinOut(points: readonly Point[]): readonly Point[] {
  const each = Math.ceil(points.length / MOST_POINTS);
  if (each <= 1) return points;
  return Array.from({ length: Math.ceil(points.length / each) }, (_, index) => {
    const group = points.slice(index * each, (index + 1) * each);
    const values = group.flatMap(({ value }) => (value === null ? [] : [value]));
    return { atMs: group.at(-1)?.atMs ?? 0, value: values.length === 0 ? null : Math.max(...values) };
  });
}

const round = (number: number): number => Math.round(number * 10) / 10;
const agoText = (ms: number): string => `${Math.max(1, Math.round(ms / 60_000))} min ago`;

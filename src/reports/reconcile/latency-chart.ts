import { formatCount, formatDuration } from "../../format.js";
import { html, type Markup } from "../html/markup.js";
import { type LatencyBucket, type Quantile, quantilesOf, trimBuckets } from "./latency-quantiles.js";

const WIDTH = 1000;
const HEIGHT = 288;
/** Where the bars are: room for labels above and ticks below. */
const PLOT = { left: 8, right: 992, top: 66, bottom: 254 };
/** Bars end at least this far above the axis, so that a single slow change can be seen. */
const LEAST_BAR = 2;
const LABEL_ROWS = 3;
const TICKS_MS = [0.1, 1, 10, 100, 1_000, 10_000, 60_000, 600_000, 3_600_000, 36_000_000, 864_000_000];

/** How long changes took from their commit to Kafka: a histogram over a logarithmic scale of time. */
export function renderLatencyChart(latency: readonly LatencyBucket[]): Markup {
  const buckets = trimBuckets(latency);
  const quantiles = quantilesOf(buckets);
  if (quantiles.length === 0)
    return html`<p class="soft">No change was streamed, so there is nothing to tell.</p>`;
  const bounds = boundsOf(buckets);
  const xOf = scaleOf(bounds);
  const summary = quantiles.map(({ label, upToMs }) => `${label}: ${upTo(upToMs)}`).join(", ");
  return html`<dl class="tiles">
      ${quantiles.map(
        ({ label, upToMs }) =>
          html`<div>
            <dt>${label}</dt>
            <dd>${upTo(upToMs)}</dd>
          </div>`,
      )}
    </dl>
    <figure>
      <svg
        class="chart"
        viewBox="0 0 ${WIDTH} ${HEIGHT}"
        role="img"
        aria-label="Time from commit to Kafka. ${summary}"
      >
        ${ticks(bounds, xOf)} ${bars(buckets, bounds, xOf)} ${marks(quantiles, xOf)}
      </svg>
    </figure>
    ${numbers(buckets)}`;
}

/** From where to where each bucket reaches: the first is as wide as the second, as is one without an end. */
function boundsOf(buckets: readonly LatencyBucket[]): readonly (readonly [number, number])[] {
  const ends = buckets.map(({ upToMs }) => Math.max(upToMs, 0.01));
  const ratioAt = (index: number) => (ends[index] ?? 2) / (ends[index - 1] ?? 1);
  const usual = buckets.length > 1 && Number.isFinite(ratioAt(1)) ? ratioAt(1) : 2;
  return ends.map((end, index) => {
    const from = ends[index - 1] ?? (Number.isFinite(end) ? end / usual : 1);
    return [from, Number.isFinite(end) ? end : from * usual] as const;
  });
}

type Scale = (ms: number) => number;

function scaleOf(bounds: readonly (readonly [number, number])[]): Scale {
  const low = Math.log(bounds[0]?.[0] ?? 1);
  const high = Math.log(bounds.at(-1)?.[1] ?? 10);
  const spread = high - low || 1;
  return (ms) => PLOT.left + ((Math.log(ms) - low) / spread) * (PLOT.right - PLOT.left);
}

function ticks(bounds: readonly (readonly [number, number])[], xOf: Scale): Markup {
  const inside = TICKS_MS.filter((ms) => xOf(ms) >= PLOT.left && xOf(ms) <= PLOT.right);
  // A narrow range may hold no round number: its ends say where it is, then.
  const shown = inside.length > 1 ? inside : [bounds[0]?.[0] ?? 1, bounds.at(-1)?.[1] ?? 10];
  return html`${shown.map((ms) => {
      const x = xOf(ms).toFixed(1);
      const anchor = xOf(ms) < 30 ? "start" : xOf(ms) > WIDTH - 30 ? "end" : "middle";
      return html`<line class="grid" x1="${x}" x2="${x}" y1="${PLOT.top}" y2="${PLOT.bottom}" />
        <text x="${x}" y="${PLOT.bottom + 26}" text-anchor="${anchor}">${shortDuration(ms)}</text>`;
    })}<line class="axis" x1="${PLOT.left}" x2="${PLOT.right}" y1="${PLOT.bottom}" y2="${PLOT.bottom}" />`;
}

function bars(
  buckets: readonly LatencyBucket[],
  bounds: readonly (readonly [number, number])[],
  xOf: Scale,
): Markup {
  const greatest = Math.max(...buckets.map(({ count }) => count));
  return html`${buckets.map(({ upToMs, count }, index) => {
    const [from, to] = bounds[index] ?? [1, 2];
    if (count === 0) return undefined;
    const height = Math.max(LEAST_BAR, (count / greatest) * (PLOT.bottom - PLOT.top));
    const [x, width] = [xOf(from) + 1, Math.max(1, xOf(to) - xOf(from) - 2)];
    return html`<rect
      class="fill-rows"
      x="${x.toFixed(1)}"
      width="${width.toFixed(1)}"
      y="${(PLOT.bottom - height).toFixed(1)}"
      height="${height.toFixed(1)}"
      rx="${Math.min(2, width / 2)}"
    >
      <title>${upTo(upToMs)}: ${formatCount(count)}</title>
    </rect>`;
  })}`;
}

/** The quantiles as dashed lines, with labels that stand one below the other so that none hides another. */
function marks(quantiles: readonly Quantile[], xOf: Scale): Markup {
  const finite = quantiles.filter(({ upToMs }) => Number.isFinite(upToMs));
  // Those that fall into one bucket share a line.
  const lines = [...new Set(finite.map(({ upToMs }) => upToMs))].map((upToMs) => ({
    upToMs,
    label: finite.flatMap((quantile) => (quantile.upToMs === upToMs ? [quantile.label] : [])).join(", "),
  }));
  return html`${lines.map(({ label, upToMs }, index) => {
    const x = Math.min(xOf(upToMs), PLOT.right);
    const isRight = x > WIDTH * 0.72;
    const y = 14 + (index % LABEL_ROWS) * 18;
    return html`<line
        class="quantile"
        x1="${x.toFixed(1)}"
        x2="${x.toFixed(1)}"
        y1="${y - 10}"
        y2="${PLOT.bottom}"
      /><text
        class="quantile-label"
        x="${(isRight ? x - 6 : x + 6).toFixed(1)}"
        y="${y}"
        text-anchor="${isRight ? "end" : "start"}"
      >
        ${label}
      </text>`;
  })}`;
}

/** The same as a table, for those who do not see the chart. */
function numbers(buckets: readonly LatencyBucket[]): Markup {
  return html`<details class="screen">
    <summary>The chart as numbers</summary>
    <table>
      <thead>
        <tr>
          <th scope="col">from commit to Kafka</th>
          <th scope="col" class="number">changes</th>
        </tr>
      </thead>
      <tbody>
        ${buckets.map(
          ({ upToMs, count }) =>
            html`<tr>
              <td>${upTo(upToMs)}</td>
              <td class="number">${formatCount(count)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </details>`;
}

function upTo(ms: number): string {
  return Number.isFinite(ms)
    ? `≤ ${ms < 10 ? `${Number(ms.toPrecision(2))} ms` : formatDuration(ms)}`
    : "longer";
}

/** `1 s`, where `formatDuration` says `1.0 s`. */
const shortDuration = (ms: number): string =>
  ms < 1
    ? `${ms.toPrecision(1)} ms`
    : formatDuration(ms)
        .replace(".0 s", " s")
        .replace(/ 0 (s|min)$/, "");

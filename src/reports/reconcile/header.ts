import { formatCount, formatDuration } from "../../format.js";
import type { Reconciliation } from "../../reconcile/reconciliation.js";
import { html, type Markup } from "../html/markup.js";
import { countAll, FINDING_KINDS } from "./finding-kinds.js";
import { type Verdict, verdictOf } from "./verdict.js";

/** The verdict in words, when and of what, and the numbers that it rests on. */
export function renderHeader(reconciliation: Reconciliation): Markup {
  const verdict = verdictOf(reconciliation);
  const { takenAt, durationMs } = reconciliation;
  return html`<header class="verdict ${verdict.mood}">
    <div class="seal">
      ${seal(verdict)}
      <div>
        <h1><bdi>${verdict.headline}</bdi></h1>
        <p>${verdict.sentence}</p>
        <p class="facts">
          The rows as they were at <time datetime="${takenAt}">${readableTime(takenAt)}</time>; the comparison
          took ${formatDuration(durationMs)}.
        </p>
      </div>
    </div>
    ${tiles(reconciliation)}
  </header>`;
}

const PATHS: Readonly<Record<Verdict["mood"], string>> = {
  good: "M10 17.5l4.8 4.8L24.5 12",
  warn: "M17 9.5v9.5M17 24v.6",
  bad: "M11.5 11.5l11 11M22.5 11.5l-11 11",
};

function seal({ mood }: Verdict): Markup {
  return html`<svg viewBox="0 0 34 34" aria-hidden="true">
    <circle cx="17" cy="17" r="16" fill="currentColor" fill-opacity="0.14" />
    <path
      d="${PATHS[mood]}"
      fill="none"
      stroke="currentColor"
      stroke-width="3"
      stroke-linecap="round"
      stroke-linejoin="round"
    />
  </svg>`;
}

function tiles({ tables, transactions }: Reconciliation): Markup {
  const sum = (count: "rows" | "events") => tables.reduce((total, table) => total + table[count], 0);
  const kinds = FINDING_KINDS.flatMap((kind) => {
    const count = countAll(tables, kind);
    const mood = count === 0 ? "zero" : kind.isFailure ? "bad" : "warn";
    return kind.isFailure || count > 0 ? [tile(kind.label, count, mood)] : [];
  });
  const incomplete = transactions?.incomplete ?? 0;
  return html`<dl class="tiles">
    ${tile("rows", sum("rows"))} ${tile("events", sum("events"))} ${kinds}
    ${transactions && tile("transactions incomplete", incomplete, incomplete === 0 ? "zero" : "bad")}
  </dl>`;
}

const tile = (label: string, count: number, mood = ""): Markup =>
  html`<div class="${mood}">
    <dt>${label}</dt>
    <dd>${formatCount(count)}</dd>
  </div>`;

/** `2026-11-30 11:05:06 UTC`; what is no time stays as it is. */
function readableTime(iso: string): string {
  const time = new Date(iso);
  return Number.isNaN(time.getTime()) ? iso : `${time.toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

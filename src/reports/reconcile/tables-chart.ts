import { formatCount } from "../../format.js";
import type { TableReconciliation } from "../../reconcile/reconciliation.js";
import { html, type Markup } from "../html/markup.js";

const SHOWN = 12;

/** The biggest tables, each with a bar for its rows in PostgreSQL and one for its events in Kafka. */
export function renderTablesChart(tables: readonly TableReconciliation[]): Markup {
  const biggest = tables
    .toSorted((one, other) => Math.max(other.rows, other.events) - Math.max(one.rows, one.events))
    .slice(0, SHOWN);
  const greatest = Math.max(1, ...biggest.flatMap(({ rows, events }) => [rows, events]));
  const left = tables.length - biggest.length;
  return html`<figure>
    <ul class="legend">
      <li>${swatch("fill-rows")}rows in PostgreSQL</li>
      <li>${swatch("fill-events")}events in Kafka</li>
      ${left > 0 ? html`<li>the ${SHOWN} biggest of ${formatCount(tables.length)} tables</li>` : undefined}
    </ul>
    <dl class="bars">
      ${biggest.map(
        ({ table, rows, events }) =>
          html`<dt><bdi>${table}</bdi></dt>
            <dd>
              ${bar("fill-rows", rows, greatest, "rows")}${bar("fill-events", events, greatest, "events")}
            </dd>`,
      )}
    </dl>
  </figure>`;
}

const swatch = (fill: string): Markup =>
  html`<svg viewBox="0 0 11 11" aria-hidden="true">
    <rect width="11" height="11" rx="2.5" class="${fill}" />
  </svg>`;

function bar(fill: string, count: number, greatest: number, unit: string): Markup {
  // What is there at all can be seen.
  const width = count === 0 ? 0 : Math.max(0.4, (count / greatest) * 100);
  return html`<div class="bar">
    <svg aria-hidden="true"><rect width="${width.toFixed(2)}%" height="11" rx="3" class="${fill}" /></svg>
    <span>${formatCount(count)} ${unit}</span>
  </div>`;
}

import { formatCount } from "../../format.js";
import type { TableReconciliation } from "../../reconcile/reconciliation.js";
import { html, type Markup } from "../html/markup.js";
import { fold } from "./fold.js";

const SHOWN = 10;

/** The rows of which nothing can be said, by table; nothing where there are none. */
export function renderUnproved(tables: readonly TableReconciliation[]): Markup | undefined {
  const unproved = tables
    .filter((table) => table.unproved > 0)
    .toSorted((one, other) => other.unproved - one.unproved);
  if (unproved.length === 0) return undefined;
  return html`<section aria-labelledby="unproved">
    <h2 id="unproved">What could not be proved</h2>
    <p class="lead">
      Of these rows nothing can be said, neither good nor bad: Kafka does not have the events that it would
      take, because retention has removed them or no snapshot ever read the rows.
    </p>
    ${fold(
      unproved,
      SHOWN,
      "more tables",
      (shown) =>
        html`<ul class="notes">
          ${shown.map(line)}
        </ul>`,
    )}
  </section>`;
}

const line = ({ table, unproved, rows }: TableReconciliation): Markup =>
  html`<li>
    <strong><bdi>${table}</bdi></strong
    >: ${formatCount(unproved)} of ${formatCount(rows)} rows
  </li>`;

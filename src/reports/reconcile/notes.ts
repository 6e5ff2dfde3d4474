import { formatCount } from "../../format.js";
import type { TableReconciliation } from "../../reconcile/reconciliation.js";
import { html, type Markup } from "../html/markup.js";
import { fold } from "./fold.js";

const SHOWN = 30;

/** What a person should know beside the numbers, each sentence once, with the tables that it is about. */
export function renderNotes(tables: readonly TableReconciliation[]): Markup | undefined {
  const byNote = new Map<string, string[]>();
  for (const { table, notes } of tables) {
    for (const note of notes) byNote.set(note, [...(byNote.get(note) ?? []), table]);
  }
  if (byNote.size === 0) return undefined;
  return html`<section aria-labelledby="notes">
    <h2 id="notes">Notes</h2>
    ${fold(
      [...byNote],
      SHOWN,
      "more",
      (notes) =>
        html`<ul class="notes">
          ${notes.map(noteLine)}
        </ul>`,
    )}
  </section>`;
}

const NAMED = 4;

function noteLine([note, tables]: readonly [string, readonly string[]]): Markup {
  const more = tables.length > NAMED ? ` and ${formatCount(tables.length - NAMED)} more` : "";
  return html`<li>
    <strong><bdi>${tables.slice(0, NAMED).join(", ")}</bdi>${more}</strong>: <bdi>${note}</bdi>
  </li>`;
}

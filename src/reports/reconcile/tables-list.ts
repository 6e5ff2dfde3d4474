import { formatCount } from "../../format.js";
import type { TableReconciliation } from "../../reconcile/reconciliation.js";
import { html, type Markup } from "../html/markup.js";
import { countAll, FINDING_KINDS, type FindingKind } from "./finding-kinds.js";
import { fold } from "./fold.js";

const SHOWN = 20;

/** The numbers of each table: those with findings first, the rest folded. */
export function renderTablesList(tables: readonly TableReconciliation[]): Markup {
  const columns = FINDING_KINDS.filter((kind) => kind.isFailure || countAll(tables, kind) > 0);
  const inOrder = tables.toSorted(
    (one, other) =>
      weight(other) - weight(one) ||
      other.rows - one.rows ||
      one.table.localeCompare(other.table, "en", { numeric: true }),
  );
  const isQuiet = inOrder.slice(SHOWN).every((table) => weight(table) === 0);
  const untold = isQuiet ? ", nothing found in any of them" : "";
  return html`${fold(inOrder, SHOWN, `more tables${untold}`, (some) => listOf(some, columns))}`;
}

/** Failures weigh more than anything else. */
function weight(table: TableReconciliation): number {
  const countOf = (isFailure: boolean) =>
    FINDING_KINDS.filter((kind) => kind.isFailure === isFailure).some((kind) => kind.count(table) > 0);
  return (countOf(true) ? 2 : 0) + (countOf(false) ? 1 : 0);
}

function listOf(tables: readonly TableReconciliation[], kinds: readonly FindingKind[]): Markup {
  return html`<div class="scroll">
    <table>
      <thead>
        <tr>
          <th scope="col">table</th>
          <th scope="col" class="number">rows</th>
          <th scope="col" class="number">events</th>
          ${kinds.map(({ label, meaning }) => html`<th scope="col" class="number" title="${meaning}">${label}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${tables.map(
          (table) =>
            html`<tr>
              <th scope="row"><bdi>${table.table}</bdi></th>
              <td class="number">${formatCount(table.rows)}</td>
              <td class="number">${formatCount(table.events)}</td>
              ${kinds.map((kind) => countCell(kind, table))}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function countCell(kind: FindingKind, table: TableReconciliation): Markup {
  const count = kind.count(table);
  const mood = count === 0 ? "none" : kind.isFailure ? "some" : "doubt";
  return html`<td class="number ${mood}">${formatCount(count)}</td>`;
}

import { formatCount } from "../../format.js";
import type { NamedDifference, TableReconciliation } from "../../reconcile/reconciliation.js";
import { html, type Markup } from "../html/markup.js";
import { FINDING_KINDS, type FindingKind } from "./finding-kinds.js";
import { fold } from "./fold.js";
import { renderValue, renderValuePair } from "./value-pair.js";

/** Of each kind and table, before the rest is folded. */
const SHOWN = 10;
const SHOWN_KEYS = 60;
const SHOWN_TABLES = 20;
/** The tables that are unfolded from the beginning. */
const OPEN = 5;

/** What was found, by table and kind, with keys and columns; nothing where nothing was. */
export function renderDifferences(tables: readonly TableReconciliation[]): Markup | undefined {
  const found = tables
    .filter((table) => table.differences.length > 0)
    .toSorted(
      (one, other) =>
        failuresIn(other) - failuresIn(one) || one.table.localeCompare(other.table, "en", { numeric: true }),
    );
  const open = new Set(found.slice(0, OPEN));
  if (found.length === 0) return undefined;
  return html`<section aria-labelledby="differences">
    <h2 id="differences">What was found</h2>
    <p class="lead">By table, the gravest first. All are counted, the first of each kind are named.</p>
    ${fold(found, SHOWN_TABLES, "more tables", (some) => html`${some.map((table) => renderTable(table, open.has(table)))}`)}
  </section>`;
}

const failuresIn = (table: TableReconciliation): number =>
  FINDING_KINDS.reduce((sum, kind) => sum + (kind.isFailure ? kind.count(table) : 0), 0);

function renderTable(table: TableReconciliation, isOpen: boolean): Markup {
  const kinds = FINDING_KINDS.flatMap((kind) => {
    const named = table.differences.filter((difference) => difference.kind === kind.difference);
    return named.length > 0 ? [{ kind, named }] : [];
  });
  const summary = html`<summary>
    <h3><bdi>${table.table}</bdi></h3>
    <span
      >${kinds.map(
        ({ kind }) =>
          html`<span class="pill ${kind.isFailure ? "bad" : "warn"}"
            >${formatCount(kind.count(table))} ${kind.label}</span
          >`,
      )}</span
    >
  </summary>`;
  const body = html`${summary} ${kinds.map(({ kind, named }) => renderKind(kind, table, named))}`;
  return isOpen
    ? html`<details class="table" open="open">${body}</details>`
    : html`<details class="table">${body}</details>`;
}

function renderKind(
  kind: FindingKind,
  table: TableReconciliation,
  named: readonly NamedDifference[],
): Markup {
  const all = kind.count(table);
  const more = all > named.length ? `, of which the first ${formatCount(named.length)} are named` : "";
  const isBare = named.every(
    ({ columns, offset, note }) => columns === undefined && offset === undefined && note === undefined,
  );
  return html`<h4>${kind.label}: ${formatCount(all)}${more}</h4>
    <p>${kind.meaning}</p>
    ${isBare ? fold(named, SHOWN_KEYS, "more", keysOf) : fold(named, SHOWN, "more", (some) => listOf(some, table.topic))}`;
}

/** Where there is nothing but keys to tell, they stand side by side. */
const keysOf = (differences: readonly NamedDifference[]): Markup =>
  html`<ul class="keys">
    ${differences.map((difference) => html`<li>${keyOf(difference)}</li>`)}
  </ul>`;

function listOf(differences: readonly NamedDifference[], topic: string): Markup {
  const hasColumns = differences.some(({ columns }) => columns !== undefined);
  const values = hasColumns
    ? html`<th scope="col">column</th>
        <th scope="col">in PostgreSQL</th>
        <th scope="col">in Kafka</th>`
    : undefined;
  return html`<div class="scroll">
    <table>
      <thead>
        <tr>
          <th scope="col">key</th>
          ${values}
          <th scope="col">event</th>
        </tr>
      </thead>
      ${differences.map((difference) => renderDifference(difference, hasColumns, topic))}
    </table>
  </div>`;
}

function renderDifference(difference: NamedDifference, hasColumns: boolean, topic: string): Markup {
  const columns = Object.entries(difference.columns ?? {});
  const span = Math.max(1, columns.length);
  const first = html`<td rowspan="${span}">${keyOf(difference)}</td>`;
  const last = html`<td rowspan="${span}">${placeOf(difference, topic)}</td>`;
  if (!hasColumns)
    return html`<tbody>
      <tr>
        ${first}${last}
      </tr>
    </tbody>`;
  const [head, ...rest] = columns.length > 0 ? columns : [undefined];
  return html`<tbody>
    <tr>
      ${first}${columnCells(head)}${last}
    </tr>
    ${rest.map(
      (column) =>
        html`<tr>
          ${columnCells(column)}
        </tr>`,
    )}
  </tbody>`;
}

type Column = readonly [string, { readonly postgres: string | null; readonly kafka: string | null }];

function columnCells(column: Column | undefined): Markup {
  if (column === undefined) return html`<td colspan="3"></td>`;
  const [name, { postgres, kafka }] = column;
  return html`<td><bdi>${name}</bdi></td>
    <td>${renderValuePair(postgres, kafka)}</td>
    <td>${renderValuePair(kafka, postgres)}</td>`;
}

function keyOf({ key }: NamedDifference): Markup {
  const columns = Object.entries(key);
  if (columns.length === 0) return html`<span class="soft">not known</span>`;
  return html`${columns.map(
    ([name, value]) => html`<span class="key"><bdi class="soft">${name}</bdi> ${renderValue(value)}</span>`,
  )}`;
}

function placeOf({ topic, partition, offset, note }: NamedDifference, usual: string): Markup {
  const where = [
    ...(topic === undefined || topic === usual ? [] : [topic]),
    ...(partition === undefined ? [] : [`partition ${partition}`]),
    ...(offset === undefined ? [] : [`offset ${offset}`]),
  ].join(", ");
  const place = where === "" ? (note === undefined ? "none" : undefined) : where;
  return html`<span class="soft"><bdi>${place}</bdi></span
    >${note === undefined ? undefined : html`<span class="key"><bdi>${note}</bdi></span>`}`;
}

import type { Reconciliation } from "../reconcile/reconciliation.js";
import { html } from "./html/markup.js";
import { renderPage } from "./html/page.js";
import { renderDifferences } from "./reconcile/differences.js";
import { renderHeader } from "./reconcile/header.js";
import { renderLatencyChart } from "./reconcile/latency-chart.js";
import { renderMethod } from "./reconcile/method.js";
import { renderNotes } from "./reconcile/notes.js";
import { renderTablesChart } from "./reconcile/tables-chart.js";
import { renderTablesList } from "./reconcile/tables-list.js";
import { renderTransactions } from "./reconcile/transactions.js";
import { renderUnproved } from "./reconcile/unproved.js";

/** A reconciliation as a page in one file: no network, no JavaScript, light and dark, for the screen and for paper. */
export function renderReconcileHtml(reconciliation: Reconciliation): string {
  const { database, tables, latency, transactions } = reconciliation;
  return renderPage(
    `${database}: PostgreSQL and Kafka compared`,
    html`<main>
        ${renderHeader(reconciliation)} ${renderDifferences(tables)} ${renderTransactions(transactions)}
        ${renderUnproved(tables)}
        <section aria-labelledby="tables">
          <h2 id="tables">Tables</h2>
          <p class="lead">
            Rows in PostgreSQL and the events that Kafka has of them. A table has more events than rows where
            rows were changed or deleted.
          </p>
          ${renderTablesChart(tables)} ${renderTablesList(tables)}
        </section>
        <section aria-labelledby="latency">
          <h2 id="latency">From commit to Kafka</h2>
          <p class="lead">How long streamed changes took from their commit until Kafka had them.</p>
          ${renderLatencyChart(latency)}
        </section>
        ${renderNotes(tables)} ${renderMethod()}
      </main>
      <footer>
        Written by <code>cdc-pipeline reconcile</code>. This file loads nothing and runs no script.
      </footer>`,
  );
}

import { formatCount } from "../../format.js";
import type { TransactionsReconciliation } from "../../reconcile/reconciliation.js";
import { html, type Markup } from "../html/markup.js";
import { fold } from "./fold.js";

const SHOWN = 10;
type Difference = TransactionsReconciliation["differences"][number];

/** How many transactions arrived whole, and those that did not. */
export function renderTransactions(transactions: TransactionsReconciliation | undefined): Markup | undefined {
  if (transactions === undefined) return undefined;
  const { whole, incomplete, unproved, differences } = transactions;
  return html`<section aria-labelledby="transactions">
    <h2 id="transactions">Transactions</h2>
    <p class="lead">
      Debezium tells at the end of each transaction how many events it had. ${formatCount(whole)} arrived
      whole, ${formatCount(incomplete)} did not; of ${formatCount(unproved)} nothing can be said, because they
      were still under way or their beginning has been removed from Kafka.
    </p>
    ${fold(differences, SHOWN, "more", listOf)}
  </section>`;
}

function listOf(differences: readonly Difference[]): Markup {
  return html`<div class="scroll">
    <table>
      <thead>
        <tr>
          <th scope="col">transaction</th>
          <th scope="col" class="number">events expected</th>
          <th scope="col" class="number">found</th>
          <th scope="col">what is wrong</th>
        </tr>
      </thead>
      <tbody>
        ${differences.map(
          ({ id, expected, found, note }) =>
            html`<tr>
              <th scope="row"><bdi>${id}</bdi></th>
              <td class="number">${formatCount(expected)}</td>
              <td class="number some">${formatCount(found)}</td>
              <td><bdi>${note}</bdi></td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

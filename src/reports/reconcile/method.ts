import { html, type Markup } from "../html/markup.js";
import { FINDING_KINDS } from "./finding-kinds.js";

/** How it was done and what the words mean, for somebody who has to decide whether to believe it. */
export function renderMethod(): Markup {
  return html`<section aria-labelledby="method">
    <h2 id="method">How this was done</h2>
    <ol>
      <li>
        PostgreSQL was asked for its rows as they were at one moment, in one read-only snapshot. The
        application could go on writing meanwhile; no lock kept it from that.
      </li>
      <li>
        A marker was written into PostgreSQL's log, and reading went on until Debezium had passed it: all that
        was committed before the snapshot was in Kafka by then.
      </li>
      <li>
        All events of the tables' topics were read. Those of transactions that the snapshot does not see were
        put aside; the others were applied one after the other, key by key, as a consumer would.
      </li>
      <li>
        What came of that was compared with PostgreSQL's rows, every column of every row, by hashes of 64
        bits. Where they differ, row and event were read again to name the key and the columns.
      </li>
    </ol>
    <details>
      <summary>What the words mean</summary>
      <ul>
        ${FINDING_KINDS.map(({ label, meaning }) => html`<li><strong>${label}</strong>: ${meaning}</li>`)}
      </ul>
    </details>
  </section>`;
}

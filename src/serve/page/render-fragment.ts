import { formatBytes, formatDuration, formatElapsed } from "../../format.js";
import type { History } from "../../observe/history.js";
import type { DatabaseState, Observation } from "../../observe/observation.js";
import { worstFirst } from "../../observe/worst-first.js";
import { html, type Markup } from "../../reports/html/markup.js";
import type { CaptureEntry } from "../../stages/verify/watch/capture-entry.js";
import { describeLag } from "../../ui/describe-lag.js";
import { describeEnd, describeRate } from "../../ui/render-status.js";
import { reasonsAgainst, type Served } from "../readiness.js";
import { renderChart } from "./chart.js";

/** Of many databases the page would grow beyond what a browser likes to renew; the rest stand in the table. */
const MOST_CHARTS = 40;
const LEAST_SPAN_MS = 120_000;

/** The state of everything as a piece of HTML: the verdict, charts of each database, the tables. */
export function renderFragment(served: Served, history: History, nowMs: number): Markup {
  const { observation: seen } = served;
  const reasons = reasonsAgainst(served, nowMs);
  if (seen === undefined) {
    return html`<header class="verdict warn">
      <h1>Looking …</h1>
      <p>${reasons}</p>
    </header>`;
  }
  const canary = new Map(served.canary.map((entry) => [entry.database, entry]));
  const charted = worstFirst(seen).slice(0, MOST_CHARTS);
  return html`${verdict(seen, reasons)}
  ${charted.map((database) => databaseSection(database, seen, history, canary.get(database.name)))}
  ${serverSection(seen)} ${slotSection(seen)}`;
}

function verdict(
  { time, target, problems, databases, servers }: Observation,
  reasons: readonly string[],
): Markup {
  const warnings = problems.filter(({ severity }) => severity === "warning");
  const tone = reasons.length > 0 ? "bad" : warnings.length > 0 ? "warn" : "good";
  const count = `${databases.length} ${databases.length === 1 ? "database" : "databases"}`;
  const words = { bad: "Something is wrong", warn: "Something to look at", good: "All well" };
  const nexts = problems.flatMap(({ next }) => (next === null ? [] : [next]));
  return html`<header class="verdict ${tone}">
    <h1>${words[tone]}</h1>
    <p class="facts">
      ${count} · target ${target} · ${new Date(time).toISOString().slice(0, 19).replace("T", " ")} UTC
    </p>
    ${
      reasons.length + warnings.length === 0
        ? undefined
        : html`<ul>
            ${[
              ...reasons,
              ...warnings.map(({ what, database }) => (database === null ? what : `${database}: ${what}`)),
            ].map((reason) => html`<li><bdi>${reason}</bdi></li>`)}
          </ul>`
    }
    ${[...new Set(nexts)].map((next) => html`<p><code>${next}</code></p>`)}
    <p>
      ${servers.map(
        ({ server, state, version }) =>
          html`<span class="pill ${state === "running" ? "good" : "bad"}"
            >${server} ${version} ${state}</span
          >`,
      )}
    </p>
  </header>`;
}

function databaseSection(
  database: DatabaseState,
  seen: Observation,
  history: History,
  canary: CaptureEntry | undefined,
): Markup {
  const { name, state, reason, lag, lastEvent, connector, slot, eventsPerSecond } = database;
  const samples = history.of(connector);
  const toMs = Date.parse(seen.time);
  const fromMs = Math.min(samples[0]?.atMs ?? toMs, toMs - LEAST_SPAN_MS);
  const chart = (
    title: string,
    read: (sample: (typeof samples)[number]) => number | null,
    format: (value: number) => string,
  ) =>
    renderChart({
      ...{ title, fromMs, toMs, format },
      points: samples.map((sample) => ({ atMs: sample.atMs, value: read(sample) })),
    });
  const end = seen.slots.find((one) => one.name === slot);
  const last = lastEvent === null ? "no event yet" : `last event ${formatElapsed(lastEvent.agoMs)} ago`;
  const rate =
    eventsPerSecond === null ? undefined : html`<span class="soft">${describeRate(eventsPerSecond)}</span>`;
  return html`<section>
    <div class="row">
      <h2><bdi>${name}</bdi></h2>
      ${canary === undefined ? undefined : canaryPill(canary)}
      <span class="pill ${state === "running" ? "good" : "bad"}">${state}</span>
      <span class="soft">${last}</span>${rate}
    </div>
    ${reason === null ? undefined : html`<p><bdi>${reason}</bdi></p>`}
    <p class="soft">${describeLag(lag)}${end === undefined ? undefined : ` · ${describeEnd(end)}`}</p>
    <div class="charts">
      ${chart("lag", ({ lagBytes }) => lagBytes, formatBytes)}
      ${chart("throughput", ({ eventsPerSecond: perSecond }) => perSecond, describeRate)}
      ${chart("slot size", ({ retainedBytes }) => retainedBytes, formatBytes)}
    </div>
  </section>`;
}

const canaryPill = ({ state, latencyMs, stalledMs }: CaptureEntry): Markup =>
  state === "stalled"
    ? html`<span class="pill bad">canary: stalled for ${formatDuration(stalledMs ?? 0)}</span>`
    : html`<span class="pill good">canary: ${formatDuration(latencyMs ?? 0)}</span>`;

function serverSection({ servers, connectors, wal, unknown }: Observation): Markup {
  const facts = [
    ...(wal?.bytesPerSecond == null ? [] : [`WAL ${formatBytes(wal.bytesPerSecond)}/s`]),
    ...(wal?.freeBytes == null ? [] : [`${formatBytes(wal.freeBytes)} free`]),
  ];
  return html`<section>
    <h2>Servers and connectors</h2>
    <p class="soft">${facts.join(" · ")}</p>
    <div class="scroll">
      <table>
        <tbody>
          ${servers.map(({ server, version, state, address }) => tableRow(server, [state, version, address]))}
          ${connectors.map(({ name, state, tasks, reason }) =>
            tableRow(name, [
              state,
              tasks.length === 0 ? "no task" : `tasks ${tasks.join(", ")}`,
              reason ?? "",
            ]),
          )}
        </tbody>
      </table>
    </div>
    ${Object.entries(unknown).map(([what, why]) => html`<p><bdi>${what} not known: ${why}</bdi></p>`)}
  </section>`;
}

function slotSection({ slots }: Observation): Markup {
  return html`<section>
    <h2>Replication slots</h2>
    <div class="scroll">
      <table>
        <tbody>
          ${slots.map((slot) =>
            tableRow(slot.name, [
              slot.active ? "active" : "inactive",
              `wal ${slot.walStatus ?? "unknown"}`,
              `${formatBytes(slot.unconfirmedBytes)} unconfirmed`,
              `${formatBytes(slot.retainedBytes)} kept`,
              describeEnd(slot),
            ]),
          )}
        </tbody>
      </table>
    </div>
  </section>`;
}

const tableRow = (head: string, cells: readonly string[]): Markup =>
  html`<tr>
    <th scope="row"><bdi>${head}</bdi></th>
    ${cells.map((cell) => html`<td><bdi>${cell}</bdi></td>`)}
  </tr>`;

import type { ConnectorConfig, StoredOffset } from "../clients/connect/connect-client.js";
import { type ConnectorView, describeTasks, type TaskView } from "../connectors/connector-view.js";
import { describeOffsets } from "../connectors/offsets/describe-offsets.js";
import type { Paint } from "./paint.js";
import { printableLine, printableLines } from "./printable.js";
import { renderColumns } from "./render-columns.js";

/** All that `connectors get` knows of a connector. */
export interface ConnectorDocument extends ConnectorView {
  readonly tasks: readonly (TaskView & { readonly trace?: string })[];
  /** The Java stack trace of a connector that FAILED, with --verbose. */
  readonly trace?: string;
  readonly config: ConnectorConfig;
  /** The keys of `config` whose values are hidden. */
  readonly hidden: readonly string[];
  /** null where the worker cannot tell. */
  readonly topics: readonly string[] | null;
  readonly offsets: readonly StoredOffset[] | null;
}

const SHOWN_TOPICS = 20;

export function renderConnector(document: ConnectorDocument, paint: Paint): string {
  const { name, tasks, trace, config, topics, offsets } = document;
  const kind = [document.type, document.class].filter((text) => text !== "").join(" ");
  const facts = [
    ["class", kind],
    ["state", [document.state, document.worker].filter((text) => text !== "").join(" on ")],
    ["tasks", describeTasks(tasks)],
    ["made by", document.isOurs ? "cdc-pipeline" : "somebody else"],
    ...tasks.map(({ id, state, worker, reason }) => [
      `task ${id}`,
      `${state} on ${worker}${reason === undefined ? "" : `: ${reason}`}`,
    ]),
    ...list("topics", topics, SHOWN_TOPICS),
    ...list("offsets", offsets === null ? null : describeOffsets(offsets), SHOWN_TOPICS),
  ];
  const reason = document.reason === undefined ? [] : [paint("red", `  ${printableLine(document.reason)}`)];
  const traces = [trace, ...tasks.map((task) => task.trace)].flatMap((text) =>
    text === undefined ? [] : ["  trace", ...printableLines(text).map((line) => `    ${line}`)],
  );
  return [
    paint("bold", printableLine(name)),
    ...reason,
    ...renderColumns(safe(facts), "  "),
    "  configuration",
    ...renderColumns(safe(Object.entries(config)), "    "),
    ...traces,
  ].join("\n");
}

function list(label: string, items: readonly string[] | null, most: number): string[][] {
  if (items === null) return [[label, "not known"]];
  if (items.length === 0) return [[label, "none"]];
  const shown = items.slice(0, most).map((item, index) => [index === 0 ? label : "", item]);
  return items.length > most ? [...shown, ["", `and ${items.length - most} more`]] : shown;
}

const safe = (rows: readonly (readonly string[])[]): string[][] => rows.map((row) => row.map(printableLine));

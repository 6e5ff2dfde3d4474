import {
  type Condition,
  type ConnectorView,
  describeCounts,
  describeTasks,
} from "../connectors/connector-view.js";
import type { Paint, PaintStyle } from "./paint.js";
import { printableLine } from "./printable.js";
import { renderColumns } from "./render-columns.js";

const STYLES: Readonly<Record<Condition, PaintStyle>> = {
  failed: "red",
  starting: "yellow",
  paused: "yellow",
  stopped: "yellow",
  running: "green",
};

const HEADINGS = ["name", "class", "state", "tasks", "worker", ""];

/** A table of connectors, the causes of what failed, and how many there are of each kind. */
export function renderConnectors(views: readonly ConnectorView[], paint: Paint): string {
  if (views.length === 0) return "no connectors";
  const rows = views.map((view) =>
    [
      view.name,
      shortClass(view.class),
      view.state,
      describeTasks(view.tasks),
      workersOf(view),
      view.isOurs ? "ours" : "",
    ].map(printableLine),
  );
  const [heading = "", ...lines] = renderColumns([HEADINGS, ...rows]);
  // The whole line has the colour: a column's width is counted without escape sequences.
  const painted = lines.map((line, index) => {
    const condition = views[index]?.condition ?? "running";
    return condition === "running" ? line : paint(STYLES[condition], line);
  });
  const reasons = views.flatMap(({ name, reason }) =>
    reason === undefined ? [] : [`  ${printableLine(`${name}: ${reason}`)}`],
  );
  return [
    paint("dim", heading),
    ...painted,
    ...(reasons.length === 0 ? [] : ["", ...reasons]),
    "",
    describeCounts(views),
  ].join("\n");
}

/** The name of a class without its package. */
export const shortClass = (name: string): string => name.slice(name.lastIndexOf(".") + 1);

function workersOf({ worker, tasks }: ConnectorView): string {
  const others = new Set(tasks.map((task) => task.worker).filter((other) => other !== worker));
  return others.size === 0 ? worker : `${worker} +${others.size}`;
}

import { median, ratioOf, spread } from "./statistics.mjs";

/** One line of the table: what was measured, beside what, and what is aimed for. */
export function row(what, samplesMs, { besideName, besideMs, ratio, goal, isMet } = {}) {
  const times = spread(samplesMs);
  if (besideMs === undefined) return { what, samplesMs, times, goal, met: isMet?.({ times }) };
  const ratios = ratio === "beside/own" ? ratioOf(besideMs, samplesMs) : ratioOf(samplesMs, besideMs);
  const beside = { name: besideName, samplesMs: besideMs, times: spread(besideMs) };
  return { what, samplesMs, times, beside, ratios, goal, met: isMet?.({ times, ratios }) };
}

const HEAD = [
  "what",
  "median",
  "min … max",
  "beside",
  "median",
  "min … max",
  "ratio",
  "min … max",
  "goal",
  "",
];

export function renderTable(rows) {
  const lines = rows.map(({ what, times, beside, ratios, goal, met }) => [
    what,
    ...timesOf(times),
    beside?.name ?? "",
    ...(beside === undefined ? ["", ""] : timesOf(beside.times)),
    ...(ratios === undefined
      ? ["", ""]
      : [ratios.median.toFixed(2), range(ratios, (ratio) => ratio.toFixed(2))]),
    goal ?? "",
    met === undefined ? "" : met ? "met" : "missed",
  ]);
  return renderColumns([HEAD, ...lines]);
}

/** Where the time of the warm runs goes: the stages and steps of the program, the parts of the floor. */
export function renderParts(ups, floors) {
  const stages = medians(
    ups.flatMap(({ ms, stages }) => [
      ...stages.flatMap(({ stage, ms: stageMs, steps }) => [
        [stage, stageMs],
        ...steps.map(({ step, ms: stepMs }) => [`  ${step}`, stepMs]),
      ]),
      ["outside of the stages", ms - stages.reduce((sum, stage) => sum + stage.ms, 0)],
    ]),
  );
  const parts = medians(floors.flatMap(({ parts: done }) => done.map(({ part, doneMs }) => [part, doneMs])));
  const own = renderColumns([["up mykart, warm", "median"], ...stages]);
  if (parts.length === 0) return own;
  return `${own}\n\n${renderColumns([["floor, warm", "done after"], ...parts])}`;
}

/** The median for each name, in the order in which the names first come. */
function medians(pairs) {
  const byName = new Map();
  for (const [name, ms] of pairs) byName.set(name, [...(byName.get(name) ?? []), ms]);
  return [...byName].map(([name, samples]) => [name, seconds(median(samples))]);
}

const seconds = (ms) => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(2)} s`);
const range = ({ min, max }, format) => (min === max ? "" : `${format(min)} … ${format(max)}`);
const timesOf = (times) => [seconds(times.median), range(times, seconds)];

function renderColumns(lines) {
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column]))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

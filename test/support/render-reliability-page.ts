import type { Ending, Fault, FaultResult, ProvedFault, Sight } from "../faults/fault.js";

type Described = Pick<Fault, "what" | "when" | "sees" | "ends">;

/** The faults of each topic as a Markdown table, with what the recorded run lost; those without a result by themselves. */
export function renderReliabilityPage(
  topics: Readonly<Record<string, readonly Fault[]>>,
  results: Readonly<Record<string, FaultResult>>,
  proved: readonly ProvedFault[],
): string {
  const tables = Object.entries(topics).flatMap(([topic, faults]) => {
    const rows = faults.flatMap((fault) => {
      const result = results[fault.id];
      return result === undefined ? [] : [rowOf([...cellsOf(fault), lossOf(result)])];
    });
    return rows.length === 0 ? [] : [section(topic, rows)];
  });
  const missing = Object.values(topics)
    .flat()
    .filter(({ id }) => results[id] === undefined)
    .map((fault) => rowOf([...cellsOf(fault), "a run of which the result was kept"]));
  const others = proved.map((fault) => rowOf([...cellsOf(fault), `\`${fault.provedBy.file}\``]));
  const parts = [...tables, section("Shown by other tests", others, "Shown by")];
  if (missing.length > 0) parts.push(section("Not shown yet", missing, "What is missing"));
  return parts.join("\n\n");
}

function section(topic: string, rows: readonly string[], last = "Lost"): string {
  const head = ["Fault", "When", "What the user sees", "How it ends", last];
  return [`## ${topic}`, "", rowOf(head), rowOf(head.map(() => "-")), ...rows].join("\n");
}

const cellsOf = ({ what, when, sees, ends }: Described): string[] => [
  what,
  when,
  sees.map(sightOf).join(" or "),
  endOf(ends),
];

function sightOf(sight: Sight): string {
  if (sight === "nothing") return "it goes through";
  return sight === "killed" ? "it is gone" : `\`${sight}\``;
}

function endOf(ends: Ending): string {
  if (ends.by === "command") return `\`${ends.told}\`, which the error tells; then \`up\``;
  const cause = ends.remedy === undefined ? "" : `${ends.remedy}; then `;
  return `${cause}${ends.by === "up" ? "`up` again" : "by itself"}`;
}

const lossOf = ({ lost, rows }: FaultResult): string => `${lost} of ${rows} rows`;

const rowOf = (cells: readonly string[]): string =>
  `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;

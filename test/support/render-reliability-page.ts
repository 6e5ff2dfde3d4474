import type { Ending, Fault, FaultResult, ProvedFault, Sight } from "../faults/fault.js";

type Described = Pick<Fault, "what" | "when" | "sees" | "ends">;

/** The faults of each topic as a Markdown table, with what the recorded run lost. Throws for a fault without a result. */
export function renderReliabilityPage(
  topics: Readonly<Record<string, readonly Fault[]>>,
  results: Readonly<Record<string, FaultResult>>,
  proved: readonly ProvedFault[],
): string {
  const tables = Object.entries(topics).map(([topic, faults]) =>
    section(
      topic,
      faults
        .filter(({ pending }) => pending === undefined)
        .map((fault) => rowOf([...cellsOf(fault), lossOf(fault.id, results)])),
    ),
  );
  const pending = Object.values(topics).flatMap((faults) =>
    faults.flatMap((fault) =>
      fault.pending === undefined ? [] : [rowOf([...cellsOf(fault), fault.pending])],
    ),
  );
  const others = proved.map((fault) => rowOf([...cellsOf(fault), `\`${fault.provedBy.file}\``]));
  const parts = [...tables, section("Shown by other tests", others, "Shown by")];
  if (pending.length > 0) parts.push(section("Not shown yet", pending, "What is missing"));
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

function lossOf(id: string, results: Readonly<Record<string, FaultResult>>): string {
  const result = results[id];
  if (result === undefined) throw new Error(`no run of ${id} is recorded: UPDATE_DOCS=1 npm run test:faults`);
  return `${result.lost} of ${result.rows} rows`;
}

const rowOf = (cells: readonly string[]): string =>
  `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;

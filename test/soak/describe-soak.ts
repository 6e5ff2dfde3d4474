import type { Totals } from "./check.js";
import type { PlannedFault } from "./planned-fault.js";

export interface SoakResult extends Totals {
  readonly seed: number;
  readonly seconds: number;
  readonly faults: readonly PlannedFault[];
  /** What each `up` afterwards said. */
  readonly said: readonly string[];
  readonly transactions: number;
  /** All of them found everything the same; the last one read the topics without the program, too. */
  readonly checks: number;
}

/** A fault in one line: `killed: servers=kafka signal=SIGKILL`. */
export function describeFault({ kind, ...details }: PlannedFault): string {
  const words = Object.entries(details).flatMap(([name, value]) =>
    name === "afterMs" ? [] : [`${name}=${String(value)}`],
  );
  return [`${kind}:`, ...words].join(" ");
}

/** The result of a soak that went well, in one line. */
export function describeSoak(result: SoakResult): string {
  return [
    `soak: seed ${result.seed}, ${result.seconds} s`,
    `${result.faults.length} faults (${tally(result.faults.map(({ kind }) => kind))})`,
    `up afterwards: ${tally(result.said)}`,
    `${result.transactions} transactions, ${result.rows} rows, ${result.events} events, ${result.repeated} of them repeated`,
    `${result.checks} checks: nothing lost, extra or different`,
  ].join("; ");
}

function tally(words: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  const sorted = [...counts].sort(([one], [other]) => (one < other ? -1 : 1));
  return sorted.map(([word, count]) => `${count} ${word}`).join(", ");
}

import { formatCount } from "../../format.js";
import type { Reconciliation } from "../../reconcile/reconciliation.js";
import { countAll, FINDING_KINDS } from "./finding-kinds.js";

export interface Verdict {
  /** `bad`: something is lost, extra, different or incomplete; `warn`: nothing is, but a person should look. */
  readonly mood: "good" | "warn" | "bad";
  readonly headline: string;
  readonly sentence: string;
}

/** What the comparison came to, in words. */
export function verdictOf(reconciliation: Reconciliation): Verdict {
  const { database, ok, tables } = reconciliation;
  const rows = counted(
    tables.reduce((sum, table) => sum + table.rows, 0),
    "row",
  );
  const compared = `${rows} of ${counted(tables.length, "table")}`;
  if (!ok) {
    const found = [...findings(reconciliation, true), ...incompleteTransactions(reconciliation)];
    return {
      mood: "bad",
      headline: `Kafka does not hold what ${database} holds.`,
      sentence: `Of ${compared} that were compared: ${list(found)}.`,
    };
  }
  const doubts = findings(reconciliation, false);
  const unproved = tables.reduce((sum, table) => sum + table.unproved, 0);
  if (doubts.length === 0) {
    return {
      mood: "good",
      headline: `Kafka holds every row of ${database}.`,
      sentence: `${compared} were compared with their events: none is lost, none differs, and Kafka has none that PostgreSQL does not have.`,
    };
  }
  return {
    mood: "warn",
    headline:
      unproved > 0
        ? `Nothing is wrong in ${database}, as far as it could be proved.`
        : `Kafka holds every row of ${database}.`,
    sentence: `${compared} were compared, and none is lost, extra or different. To look at: ${list(doubts)}.`,
  };
}

function findings({ tables }: Reconciliation, isFailure: boolean): string[] {
  return FINDING_KINDS.filter((kind) => kind.isFailure === isFailure).flatMap((kind) => {
    const count = countAll(tables, kind);
    return count === 0 ? [] : [`${formatCount(count)} ${kind.label}`];
  });
}

function incompleteTransactions({ transactions }: Reconciliation): string[] {
  const incomplete = transactions?.incomplete ?? 0;
  return incomplete === 0 ? [] : [`${counted(incomplete, "transaction")} incomplete`];
}

/** `1 row`, `1,204 rows`. */
export const counted = (count: number, one: string): string =>
  `${formatCount(count)} ${one}${count === 1 ? "" : "s"}`;

function list(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1) ?? ""}`;
}

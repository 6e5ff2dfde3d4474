import type { Session } from "../../cli/command.js";
import { CdcError } from "../../errors.js";
import { reconcile } from "../../reconcile/reconcile.js";
import type { ReconcileOptions } from "../../reconcile/reconcile-options.js";
import type { Reconciliation } from "../../reconcile/reconciliation.js";
import type { RepairPlan } from "../../reconcile/repair/plan-repair.js";
import { repairReconciled } from "../../reconcile/repair/repair-reconciled.js";

export interface RepairArguments {
  readonly "repair-signal"?: boolean | undefined;
  readonly yes?: boolean | undefined;
}

/** @throws CdcError USAGE where nobody could be asked, and for `--yes` without anything to agree to */
export function checkRepairArguments(
  { "repair-signal": isWanted, yes }: RepairArguments,
  { confirm }: Pick<Session, "confirm">,
): void {
  if (isWanted !== true && yes === true) {
    throw new CdcError("USAGE", "--yes belongs to --repair-signal", {
      hint: "cdc-pipeline reconcile DATABASE --repair-signal --yes",
    });
  }
  if (isWanted === true && yes !== true && confirm === undefined) {
    throw new CdcError(
      "USAGE",
      "--repair-signal asks before it signals Debezium, and there is no terminal to ask at",
      { hint: "without asking: add --yes" },
    );
  }
}

/** What came of the comparison after a repair, and what a person is told of the repair. */
export interface Repaired {
  readonly reconciliation: Reconciliation;
  readonly text: string;
}

/** Has Debezium read again what is lost or different, unless that is refused, and compares once more. */
export async function repairDifferences(
  options: ReconcileOptions,
  reconciliation: Reconciliation,
  { yes }: RepairArguments,
  { context, confirm }: Pick<Session, "context" | "confirm">,
): Promise<Repaired> {
  const agree = async (plan: RepairPlan) =>
    yes === true ? true : (await confirm?.(`${question(plan)}\n\nAsk for them?`)) === true;
  const { requests, notMended } = await repairReconciled(options, reconciliation, agree, context);
  const told = notMended.map((sentence) => `not mended: ${sentence}`);
  if (requests.length === 0) {
    return { reconciliation, text: ["Nothing was asked of Debezium.", ...told].join("\n") };
  }
  const asked = requests.map(({ sentence }) => `read again: ${sentence}`);
  return { reconciliation: await reconcile(options, context), text: [...asked, ...told].join("\n") };
}

const question = ({ requests, notMended }: RepairPlan): string =>
  [
    "Debezium is asked to read again, in an incremental snapshot:",
    ...requests.map(({ sentence }) => `  ${sentence}`),
    ...notMended.map((sentence) => `Not mended by it: ${sentence}`),
  ].join("\n");

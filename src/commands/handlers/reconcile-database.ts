import type { CommandResult, Handler } from "../../cli/command.js";
import { checkDatabaseName } from "../../names.js";
import { junitSuites } from "../../reconcile/junit-suites.js";
import { isGood } from "../../reconcile/kind-counts.js";
import { reconcile } from "../../reconcile/reconcile.js";
import type { Reconciliation } from "../../reconcile/reconciliation.js";
import { openReports, type ReportKind, writeReport } from "../../reports/report-file.js";
import { withTarget } from "../../targets/index.js";
import { renderReconciliation } from "../../ui/render-reconciliation.js";
import { type ReconcileArguments, reconcileOptionsOf } from "./reconcile-arguments.js";
import {
  checkRepairArguments,
  type RepairArguments,
  repairDifferences,
  type Repaired,
} from "./repair-differences.js";

interface Arguments extends ReconcileArguments, RepairArguments {
  readonly strict?: boolean | undefined;
  readonly report?: readonly string[] | undefined;
}

/** Columns of what is no terminal. */
const FILE_COLUMNS = 120;

/** Compares the rows of a database with the events of its topics, and writes the reports that were asked for. */
export const reconcileDatabase: Handler<Arguments> = async (args, session) => {
  const { config, context, cwd, screen } = session;
  const { database = "", strict: isStrict = false } = args;
  checkDatabaseName(database);
  checkRepairArguments(args, session);
  const options = reconcileOptionsOf(args, Date.now());
  const reports = await openReports(args.report ?? [], cwd, ["junit", "html"]);
  const { reconciliation, text } = await withTarget(config, async (target): Promise<Repaired> => {
    const deployment = await target.find(context);
    const whole = { ...options, deployment, database };
    const found = await reconcile(whole, context);
    if (args["repair-signal"] !== true || found.ok) return { reconciliation: found, text: "" };
    return repairDifferences(whole, found, args, session);
  });
  for (const report of reports)
    await writeReport(report, await render(report.kind, reconciliation, isStrict));
  const { columns, color } = screen ?? { columns: FILE_COLUMNS, color: false };
  return {
    ...(isOk(reconciliation, isStrict) ? {} : { ok: false }),
    fields: fieldsOf(reconciliation),
    text: [
      ...(text === "" ? [] : [`${text}\n`]),
      renderReconciliation({ reconciliation, isStrict, columns, color }),
    ].join("\n"),
  };
};

async function render(kind: ReportKind, reconciliation: Reconciliation, isStrict: boolean): Promise<string> {
  if (kind === "html") {
    const { renderReconcileHtml } = await import("../../reports/render-reconcile-html.js");
    return renderReconcileHtml(reconciliation);
  }
  const { renderJunit } = await import("../../reports/render-junit.js");
  return renderJunit("cdc-pipeline reconcile", junitSuites(reconciliation, isStrict));
}

/** Whether it is good is in the document already. */
const fieldsOf = (reconciliation: Reconciliation): CommandResult["fields"] =>
  Object.fromEntries(Object.entries(reconciliation).filter(([name]) => name !== "ok"));

const isOk = ({ ok, tables }: Reconciliation, isStrict: boolean): boolean =>
  ok && tables.every((table) => isGood(table, isStrict));

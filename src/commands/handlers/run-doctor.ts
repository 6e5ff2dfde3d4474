import type { CommandResult, Handler, Session } from "../../cli/command.js";
import type { Config } from "../../config/config.js";
import type { Context } from "../../context.js";
import { doctor } from "../../doctor/doctor.js";
import { findDatabases } from "../../doctor/find-databases.js";
import { type Finding, fixText } from "../../doctor/finding.js";
import { junitSuites } from "../../doctor/junit-suites.js";
import { safeFixes } from "../../doctor/safe-fixes.js";
import { isHealthy } from "../../doctor/verdict.js";
import { formatCount } from "../../format.js";
import { checkDatabaseName } from "../../names.js";
import { openReports, writeReport } from "../../reports/report-file.js";
import { joinWords, nameArguments } from "../../shell-words.js";
import { withTarget } from "../../targets/index.js";
import { rolePasswordOf } from "../../targets/role-password-of.js";
import type { Deployment } from "../../targets/target.js";
import type { FindingDocument } from "../../ui/documents.js";
import { printableLine } from "../../ui/printable.js";
import { readableWidth, renderFindings } from "../../ui/render-findings.js";
import { wrapText } from "../../ui/text-table.js";
import { checkFixArguments, type FixArguments, fixFindings } from "./fix-findings.js";

export interface DoctorArguments extends FixArguments {
  readonly database?: readonly string[];
  readonly strict?: boolean | undefined;
  readonly report?: readonly string[] | undefined;
  readonly verbose?: boolean | undefined;
}

/** Columns of what is no terminal. */
const FILE_COLUMNS = 100;

export const runDoctor = createDoctorHandler(doctor);

/** The handler of `doctor`, for a way of looking: all checks, or a test's own. */
export function createDoctorHandler(diagnose: typeof doctor): Handler<DoctorArguments> {
  return async (args, session) => {
    const { config, context, cwd } = session;
    checkFixArguments(args, session);
    for (const name of args.database ?? []) checkDatabaseName(name);
    const reports = await openReports(args.report ?? [], cwd);
    return withTarget(config, async (target) => {
      const deployment = await target.find(context);
      return examine({ diagnose, deployment, reports }, args, session);
    });
  };
}

interface Examination {
  readonly diagnose: typeof doctor;
  readonly deployment: Deployment;
  readonly reports: Awaited<ReturnType<typeof openReports>>;
}

async function examine(
  { diagnose, deployment, reports }: Examination,
  args: DoctorArguments,
  session: Session,
): Promise<CommandResult> {
  const { config, context, asCalled, screen } = session;
  const isStrict = args.strict ?? false;
  const { databases, scope } = await chooseDatabases(args.database ?? [], config, deployment, context);
  const password = await rolePasswordOf(config, deployment, context);
  const look = () => diagnose({ ...optionsOf(config, deployment, databases), password }, context);

  const first = await look();
  const repair = args.fix === true ? await fixFindings(first.findings, args, deployment, session) : undefined;
  const hasApplied = repair?.fixed.some(({ status }) => status === "applied") ?? false;
  const { skipped, ...last } = hasApplied ? await look() : first;
  const findings = last.findings.map((finding) => withFixAsCalled(finding, asCalled));

  for (const report of reports) {
    const { renderJunit } = await import("../../reports/render-junit.js");
    const suites = junitSuites({ findings, skipped }, databases, isStrict);
    await writeReport(report, renderJunit("cdc-pipeline doctor", suites));
  }
  const fixes = args.fix === true ? 0 : safeFixes(findings).length;
  const command = asCalled(joinWords("cdc-pipeline doctor --fix", nameArguments(args.database ?? [])));
  const columns = screen?.columns ?? FILE_COLUMNS;
  const text = renderFindings({
    findings,
    skipped,
    ...(fixes === 0 ? {} : { offer: { command, fixes } }),
    columns,
    color: screen?.color ?? false,
    verbose: args.verbose ?? false,
  });
  const fields = { findings: findings.map(describeFinding), skipped };
  return {
    ...(isHealthy(findings, isStrict) ? {} : { ok: false }),
    fields: repair === undefined ? fields : { ...fields, fixed: repair.fixed },
    text: [
      ...(repair === undefined ? [] : [repair.text]),
      wrapText(scope, readableWidth(columns)).join("\n"),
      text,
    ].join("\n\n"),
  };
}

/** Those that were named; else those of the configuration and those with a connector of ours. */
async function chooseDatabases(
  named: readonly string[],
  config: Config,
  deployment: Deployment,
  context: Context,
): Promise<{ readonly databases: readonly string[]; readonly scope: string }> {
  if (named.length > 0) return { databases: [...new Set(named)], scope: scopeOf(named) };
  const registered = await findDatabases(deployment, context);
  const configured = config.databases.map(({ name }) => name);
  const databases = [...new Set([...configured, ...registered.databases])];
  if (databases.length > 0) return { databases, scope: scopeOf(databases) };
  const why =
    registered.unknown === undefined
      ? "none is configured, and none has a connector of cdc-pipeline"
      : "none is configured, and Kafka Connect could not be asked for its connectors";
  return { databases, scope: `Only the servers were looked at: no database was named, ${why}.` };
}

function scopeOf(databases: readonly string[]): string {
  const names = databases.length > 10 ? `${formatCount(databases.length)} databases` : databases.join(", ");
  return `Looked at the servers, and at ${printableLine(names)}.`;
}

function optionsOf(config: Config, deployment: Deployment, databases: readonly string[]) {
  const { user, publication, schemas, heartbeatMs } = config.debezium;
  return { deployment, databases, role: user, publication, schemas, heartbeatMs };
}

/** Advice is a sentence, which may name a command too. */
function withFixAsCalled(finding: Finding, asCalled: Session["asCalled"]): Finding {
  const { fix } = finding;
  switch (fix?.kind) {
    case "command":
      return { ...finding, fix: { ...fix, command: asCalled(fix.command) } };
    case "advice":
      return { ...finding, fix: { ...fix, text: asCalled(fix.text) } };
    default:
      return finding;
  }
}

/** An entry of `findings` in the JSON document. */
function describeFinding({ fix, ...finding }: Finding): FindingDocument {
  return {
    ...finding,
    fix: fix === null ? null : fixText(fix),
    fixKind: fix?.kind ?? null,
    fixDatabase: fix?.kind === "sql" ? fix.database : null,
    fixIsSafe: fix?.kind === "sql" && fix.isSafe,
  };
}

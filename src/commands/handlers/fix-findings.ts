import type { Session } from "../../cli/command.js";
import type { Context } from "../../context.js";
import { applyFixes } from "../../doctor/apply-fixes.js";
import type { Finding } from "../../doctor/finding.js";
import { type SafeFix, safeFixes } from "../../doctor/safe-fixes.js";
import { CdcError } from "../../errors.js";
import { formatCount } from "../../format.js";
import type { Deployment } from "../../targets/target.js";
import type { FixedDocument } from "../../ui/documents.js";
import { createPaint } from "../../ui/paint.js";
import { readableWidth } from "../../ui/render-findings.js";
import { renderFixed } from "../../ui/render-fixed.js";

export interface FixArguments {
  readonly fix?: boolean | undefined;
  readonly dryRun?: boolean | undefined;
  readonly yes?: boolean | undefined;
}

/** What came of the safe fixes, and what a person is told of it. */
export interface FixResult {
  readonly fixed: readonly FixedDocument[];
  readonly text: string;
}

/** Of many alike, so many are shown. */
const SHOWN = 20;

/** @throws CdcError USAGE for options that need `--fix`, and where nobody could be asked */
export function checkFixArguments({ fix, dryRun, yes }: FixArguments, { confirm }: Session): void {
  if (fix !== true && (dryRun === true || yes === true)) {
    throw new CdcError("USAGE", `${dryRun === true ? "--dry-run" : "--yes"} belongs to --fix`, {
      hint: `cdc-pipeline doctor --fix ${dryRun === true ? "--dry-run" : "--yes"}`,
    });
  }
  if (fix === true && dryRun !== true && yes !== true && confirm === undefined) {
    throw new CdcError("USAGE", "--fix asks before it changes anything, and there is no terminal to ask at", {
      hint: `without asking: add --yes; only to see them: add --dry-run`,
    });
  }
}

/** Shows the safe fixes, asks unless `--yes` was said, and applies them. */
export async function fixFindings(
  findings: readonly Finding[],
  { dryRun, yes }: FixArguments,
  { endpoints }: Deployment,
  { context, confirm, screen }: Session,
): Promise<FixResult> {
  const fixes = safeFixes(findings);
  if (fixes.length === 0) return { fixed: [], text: "There is nothing that --fix may do." };
  const planned = fixes.map((fix) => ({ ...fix, status: "planned" as const, message: null }));
  const width = readableWidth(screen?.columns ?? Infinity);
  const paint = createPaint(screen?.color ?? false);
  if (dryRun === true) {
    const list = renderFixed(planned, { width, paint, limit: Infinity });
    return { fixed: planned, text: `--fix would run:\n${list}` };
  }
  if (yes !== true) {
    const which = fixes.length === 1 ? "this fix" : `these ${fixes.length} fixes`;
    const list = renderFixed(planned, { width, paint: createPaint(false), limit: Infinity });
    const agreed = await confirm?.(`--fix runs:\n${list}\n\nApply ${which}?`);
    if (agreed !== true) return { fixed: [], text: "Nothing was changed." };
  } else {
    announce(fixes, context);
  }
  const fixed = await applyFixes(fixes, endpoints.postgres, context);
  const applied = fixed.filter(({ status }) => status === "applied").length;
  const list = renderFixed(fixed, { width, paint, limit: SHOWN });
  return { fixed, text: `--fix applied ${applied} of ${fixes.length}:\n${list}` };
}

/** Tells what will be run where nobody is asked. */
function announce(fixes: readonly SafeFix[], { report }: Context): void {
  for (const { database, sql } of fixes.slice(0, SHOWN)) {
    report({ type: "notice", message: `--fix, in the database ${database}: ${sql}` });
  }
  const more = fixes.length - SHOWN;
  if (more > 0) report({ type: "notice", message: `--fix, and ${formatCount(more)} statements more` });
}

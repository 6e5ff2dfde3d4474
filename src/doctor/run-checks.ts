import type { DatabaseNames } from "../names.js";
import type { Check } from "./check.js";
import type { DoctorSettings, KnownAreas } from "./facts/areas.js";
import { type Finding, SEVERITIES, type Skipped } from "./finding.js";

export interface Diagnosis {
  /** Worst first; a check that found nothing stands as one `ok`. */
  readonly findings: readonly Finding[];
  readonly skipped: readonly Skipped[];
}

/** What the checks are run on: the servers' facts, and each database's. */
export interface Examined {
  readonly settings: DoctorSettings;
  readonly servers: KnownAreas;
  readonly databases: readonly { readonly names: DatabaseNames; readonly areas: KnownAreas }[];
}

/** Runs every check on the facts that were read. Pure. */
export function runChecks(checks: readonly Check[], { settings, servers, databases }: Examined): Diagnosis {
  const results = checks.flatMap((check) =>
    check.scope === "server"
      ? [runCheck(check, null, { settings }, servers)]
      : databases.map(({ names, areas }) =>
          runCheck(check, names.database, { settings, names }, { ...servers, ...areas }),
        ),
  );
  const findings = results.flatMap((result) => result.findings);
  const rank = ({ severity }: Finding) => SEVERITIES.indexOf(severity);
  return {
    // Stable: within a severity, in the order of the checks, and there in that which a check chose.
    findings: findings.sort((one, other) => rank(one) - rank(other)),
    skipped: results.flatMap((result) => result.skipped),
  };
}

function runCheck(check: Check, database: string | null, context: object, areas: KnownAreas): Diagnosis {
  const { code, severity, title, why } = check;
  const facts: Record<string, unknown> = { ...context };
  for (const name of check.needs) {
    const area = areas[name];
    if (area === undefined || "unknown" in area) {
      const reason = area === undefined ? `${name} was not looked at` : area.unknown;
      return { findings: [], skipped: [{ code, database, reason }] };
    }
    facts[name] = area.value;
  }
  const problems = check.look(facts as never);
  if ("skipped" in problems) {
    return { findings: [], skipped: [{ code, database, reason: problems.skipped }] };
  }
  if (problems.length === 0) {
    const passed = { code, severity: "ok" as const, database, object: null, seen: title, why, fix: null };
    return { findings: [passed], skipped: [] };
  }
  return {
    findings: problems.map((problem) => ({
      code,
      severity: problem.severity ?? severity,
      database,
      object: problem.object ?? null,
      seen: problem.seen,
      why,
      fix: problem.fix ?? null,
    })),
    skipped: [],
  };
}

import type { JunitCase, JunitOutcome, JunitSuite } from "../reports/render-junit.js";
import { type Finding, fixText } from "./finding.js";
import type { Diagnosis } from "./run-checks.js";
import { isFailure } from "./verdict.js";

/** The suite of what concerns no single database. */
const SERVERS = "servers";

/** One suite for the servers and one a database; a case for each finding and each check that was skipped. */
export function junitSuites(
  { findings, skipped }: Diagnosis,
  databases: readonly string[],
  isStrict: boolean,
): JunitSuite[] {
  return [null, ...databases].map((database) => {
    const name = database ?? SERVERS;
    const caseOf = (title: string, outcome: JunitOutcome): JunitCase => ({
      className: name,
      name: title,
      outcome,
    });
    return {
      name,
      cases: [
        ...findings
          .filter((finding) => finding.database === database)
          .map((finding) => caseOf(titleOf(finding), outcomeOf(finding, isStrict))),
        ...skipped
          .filter((check) => check.database === database)
          .map(({ code, reason }) => caseOf(code, { kind: "skipped", message: reason })),
      ],
    };
  });
}

const titleOf = ({ code, object }: Finding): string => (object === null ? code : `${code} ${object}`);

function outcomeOf(finding: Finding, isStrict: boolean): JunitOutcome {
  const { code, severity, seen } = finding;
  if (severity === "ok") return { kind: "passed" };
  if (isFailure(severity, isStrict)) {
    return { kind: "failed", type: code, message: seen, text: textOf(finding) };
  }
  return { kind: "passed", output: `${severity}: ${textOf(finding)}` };
}

function textOf({ seen, why, fix }: Finding): string {
  if (fix === null) return [seen, why].join("\n");
  const place = fix.kind === "sql" ? `fix, in the database ${fix.database}:` : "fix:";
  return [seen, why, place, fixText(fix)].join("\n");
}

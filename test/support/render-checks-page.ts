import type { Check } from "../../src/doctor/check.js";

const SCOPES = { server: "the servers, once a run", database: "each database" } as const;

/** Every check with a heading to link to, in the order given. */
export function renderChecksPage(checks: readonly Check[]): string {
  return checks
    .map(({ code, severity, scope, title, why, remedy }) =>
      [
        `### ${code}`,
        `${capital(severity)}. Looks at ${SCOPES[scope]}.`,
        `- **Good:** ${title}.\n- **Why:** ${why}\n- **Fix:** ${remedy}`,
      ].join("\n\n"),
    )
    .join("\n\n");
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

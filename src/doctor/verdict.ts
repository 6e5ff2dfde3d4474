import type { Finding, Severity } from "./finding.js";

/** Whether nothing is so wrong that the command fails: no error and, where it is strict, no warning. */
export function isHealthy(findings: readonly Finding[], isStrict: boolean): boolean {
  return !findings.some(({ severity }) => isFailure(severity, isStrict));
}

export function isFailure(severity: Severity, isStrict: boolean): boolean {
  return severity === "error" || (isStrict && severity === "warning");
}

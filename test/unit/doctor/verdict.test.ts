import { describe, expect, it } from "vitest";

import type { Severity } from "../../../src/doctor/finding.js";
import { isHealthy } from "../../../src/doctor/verdict.js";
import { finding } from "../../support/findings.js";

describe("whether doctor succeeds", () => {
  it.each<[Severity[], boolean, boolean]>([
    [[], true, true],
    [["ok", "info"], true, true],
    [["warning", "ok"], true, false],
    [["error"], false, false],
    [["info", "warning", "error"], false, false],
  ])("with the findings %j: %s, and %s where it is strict", (severities, expected, strictly) => {
    const findings = severities.map((severity) => finding({ severity }));
    expect(isHealthy(findings, false)).toBe(expected);
    expect(isHealthy(findings, true)).toBe(strictly);
  });
});

import { describe, expect, it } from "vitest";

import { CHECKS } from "../../../src/doctor/checks/index.js";
import type { AreaName } from "../../../src/doctor/facts/areas.js";

/** The areas and where each belongs: the compiler refuses a list that leaves one out. */
const AREAS = {
  reach: "server",
  server: "server",
  connect: "server",
  kafka: "server",
  database: "database",
  entry: "database",
  login: "database",
  probe: "database",
  connector: "database",
} as const satisfies Record<AreaName, "server" | "database">;

describe("the codes of the checks", () => {
  it("are all different", () => {
    const codes = CHECKS.map(({ code }) => code);
    expect(codes).toEqual([...new Set(codes)]);
  });
});

describe.each(CHECKS.map((check) => [check.code, check] as const))("%s", (code, check) => {
  it("is in capitals", () => {
    expect(code).toMatch(/^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/);
  });

  it("says its good state in one line, which a full stop may be put behind", () => {
    expect(check.title).toMatch(/^\S.*[^\s.]$/);
  });

  it.each(["why", "remedy"] as const)("says its %s in whole sentences", (name) => {
    expect(check[name]).toMatch(/^\S.*[.!`)]$/);
    expect(check[name]).not.toMatch(/\s{2}|\n/);
  });

  it("needs areas that there are, and of a database only where it looks at one", () => {
    for (const area of check.needs) expect(Object.keys(AREAS)).toContain(area);
    if (check.scope === "server") expect(check.needs.map((area) => AREAS[area])).not.toContain("database");
  });
});

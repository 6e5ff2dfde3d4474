import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { CHECKS } from "../../../src/doctor/checks/index.js";

const sources = [
  ...filesIn("test/integration/doctor", /\.test\.ts$/),
  ...filesIn("test/e2e", /^doctor.*\.test\.ts$/),
].map((path) => readFileSync(path, "utf8"));

function filesIn(folder: string, name: RegExp): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => name.test(entry.name)).map((entry) => join(entry.parentPath, entry.name));
}

/** The codes that a helper is called with; the code is written out at every call, for this test to see. */
const codesOf = (helper: "trips" | "passes"): string[] => {
  const calls = new RegExp(`\\b${helper}\\(\\s*"([A-Z0-9_]+)"`, "g");
  return [
    ...new Set(sources.flatMap((source) => [...source.matchAll(calls)].map((match) => match[1] ?? ""))),
  ];
};

const codes = CHECKS.map(({ code }) => code);

describe("the checks' fixtures", () => {
  it("has one that trips each check", () => {
    const tripped = codesOf("trips");
    expect(codes.filter((code) => !tripped.includes(code))).toEqual([]);
  });

  it("has one that passes each check", () => {
    const passed = codesOf("passes");
    expect(codes.filter((code) => !passed.includes(code))).toEqual([]);
  });

  it("names no check that is not there", () => {
    const named = [...codesOf("trips"), ...codesOf("passes")];
    expect(named.filter((code) => !codes.includes(code))).toEqual([]);
  });
});

import { describe, expect, it } from "vitest";

import { junitSuites } from "../../../src/doctor/junit-suites.js";
import { finding, sqlFix } from "../../support/findings.js";

const diagnosis = {
  findings: [
    finding({ code: "A", object: "public.t", fix: sqlFix("GRANT x TO y;") }),
    finding({ code: "B", severity: "warning" }),
    finding({ code: "C", severity: "info", database: null, fix: { kind: "advice", text: "Know it." } }),
    finding({ code: "D", severity: "ok", database: "other" }),
  ],
  skipped: [{ code: "E", database: "other", reason: "Kafka is away" }],
};

describe("doctor's findings as JUnit suites", () => {
  it("are one suite for the servers and one a database, also one without a finding", () => {
    const suites = junitSuites(diagnosis, ["shop", "other", "third"], false);
    expect(
      suites.map(({ name, cases }) => [name, ...cases.map((one) => `${one.className}: ${one.name}`)]),
    ).toEqual([
      ["servers", "servers: C"],
      ["shop", "shop: A public.t", "shop: B"],
      ["other", "other: D", "other: E"],
      ["third"],
    ]);
  });

  it("fail for an error, with what was seen, why and the fix", () => {
    const [, shop] = junitSuites(diagnosis, ["shop"], false);
    expect(shop?.cases[0]?.outcome).toEqual({
      kind: "failed",
      type: "A",
      message: "3 of 4 tables are late",
      text: "3 of 4 tables are late\nLate tables are not captured.\nfix, in the database shop:\nGRANT x TO y;",
    });
  });

  it("tell of a warning without failing, unless it is strict", () => {
    const outcomeOf = (isStrict: boolean) => junitSuites(diagnosis, ["shop"], isStrict)[1]?.cases[1]?.outcome;
    expect(outcomeOf(false)).toEqual({
      kind: "passed",
      output: "warning: 3 of 4 tables are late\nLate tables are not captured.",
    });
    expect(outcomeOf(true)).toMatchObject({ kind: "failed", type: "B" });
  });

  it("tell of a note, also where it is strict", () => {
    const [servers] = junitSuites(diagnosis, [], true);
    expect(servers?.cases[0]?.outcome).toEqual({
      kind: "passed",
      output: "info: 3 of 4 tables are late\nLate tables are not captured.\nfix:\nKnow it.",
    });
  });

  it("pass without words, and say why a check was skipped", () => {
    const [, other] = junitSuites(diagnosis, ["other"], true);
    expect(other?.cases.map(({ outcome }) => outcome)).toEqual([
      { kind: "passed" },
      { kind: "skipped", message: "Kafka is away" },
    ]);
  });
});

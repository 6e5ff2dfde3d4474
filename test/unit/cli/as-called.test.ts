import { describe, expect, it } from "vitest";

import { createAsCalled, programOf, withHintAsCalled } from "../../../src/cli/as-called.js";
import { CdcError } from "../../../src/errors.js";

const asCalled = createAsCalled("npx cdc-pipeline", { target: "k8s", context: "kind demo" });
const OPTIONS = "--target k8s --context 'kind demo'";

describe("a command that is proposed", () => {
  it.each([
    ["cdc-pipeline status", `npx cdc-pipeline status ${OPTIONS}`],
    [
      "cdc-pipeline logs connect; more time: --timeout SECONDS",
      `npx cdc-pipeline logs ${OPTIONS} connect; more time: --timeout SECONDS`,
    ],
    [
      "bring it back (cdc-pipeline deploy), then: cdc-pipeline down --keep-postgres --force",
      `bring it back (npx cdc-pipeline deploy ${OPTIONS}), then: npx cdc-pipeline down ${OPTIONS} --keep-postgres --force`,
    ],
    ["cdc-pipeline register -- -odd", `npx cdc-pipeline register ${OPTIONS} -- -odd`],
    ["cdc-pipeline deploy starts it", `npx cdc-pipeline deploy ${OPTIONS} starts it`],
  ])("leads to the same servers, the way the program was called: %s", (text, expected) => {
    expect(asCalled(text)).toBe(expected);
  });

  it("keeps the options that it names itself", () => {
    expect(asCalled("cdc-pipeline deploy --target local; or cdc-pipeline status")).toBe(
      `npx cdc-pipeline deploy --context 'kind demo' --target local; or npx cdc-pipeline status ${OPTIONS}`,
    );
  });

  it("needs no options for help", () => {
    expect(asCalled("cdc-pipeline --help")).toBe("npx cdc-pipeline --help");
  });

  it("is not seen in names, paths and sentences", () => {
    const text =
      "the project cdc-pipeline is not ours; compose.project in cdc-pipeline.yaml; .cdc-pipeline/logs;\n" +
      "cdc-pipeline upkeep, @x/cdc-pipeline up, hashtext('cdc-pipeline prepare')";
    expect(asCalled(text)).toBe(text);
  });

  it("stays as it is where nothing has to be added", () => {
    const text = "cdc-pipeline status";
    expect(createAsCalled("cdc-pipeline", {})(text)).toBe(text);
  });
});

describe("the program", () => {
  it("is called by npx where npx called it", () => {
    expect(programOf({ npm_command: "exec" })).toBe("npx cdc-pipeline");
    expect(programOf({})).toBe("cdc-pipeline");
  });
});

describe("an error", () => {
  it("is the same but for its hint", () => {
    const cause = new Error("deeper");
    const error = new CdcError("NOT_DEPLOYED", "not running", {
      hint: "cdc-pipeline deploy",
      cause,
      details: { server: "kafka" },
    });
    expect(withHintAsCalled(error, asCalled)).toMatchObject({
      code: "NOT_DEPLOYED",
      message: "not running",
      hint: `npx cdc-pipeline deploy ${OPTIONS}`,
      cause,
      details: { server: "kafka" },
    });
  });
});

import { stripVTControlCharacters } from "node:util";

import { describe, expect, it } from "vitest";

import { CdcError } from "../../../src/errors.js";
import { renderError } from "../../../src/ui/render-error.js";

const quiet = { color: false, verbose: false };
const verbose = { color: false, verbose: true };

describe("an error", () => {
  it("says what happened, its code and what to do", () => {
    const error = new CdcError("CONNECTOR_TASK_FAILED", "connector mykart-connector: task 0 FAILED: denied", {
      hint: "cdc-pipeline prepare mykart",
    });
    expect(renderError(error, { ...quiet, stage: "register" })).toBe(
      [
        "✘ register  connector mykart-connector: task 0 FAILED: denied   CONNECTOR_TASK_FAILED",
        "  fix:  cdc-pipeline prepare mykart",
      ].join("\n"),
    );
  });

  it("needs neither a stage nor a hint", () => {
    expect(renderError(new CdcError("USAGE", "unknown option --foo"), quiet)).toBe(
      "✘ unknown option --foo   USAGE",
    );
  });

  it("shows its code when it has no message", () => {
    expect(renderError(new CdcError("INTERNAL", ""), quiet)).toBe("✘ INTERNAL");
  });

  it("keeps the lines of SQL, with the caret below the wrong word", () => {
    const message = 'shop.sql:3: syntax error at or near "TABEL"\n  CREATE TABEL x;\n         ^';
    const hint = "correct the file,\nthen run the command again";
    expect(renderError(new CdcError("SCHEMA_FAILED", message, { hint }), quiet).split("\n")).toEqual([
      '✘ shop.sql:3: syntax error at or near "TABEL"   SCHEMA_FAILED',
      "      CREATE TABEL x;",
      "             ^",
      "  fix:  correct the file,",
      "        then run the command again",
    ]);
  });

  it("cannot move the cursor with what a server said", () => {
    const text = renderError(new CdcError("CONNECT_FAILED", "bad \u001b[2J\u0007news"), quiet);
    expect(text).toBe("✘ bad news   CONNECT_FAILED");
  });

  it("says the same with colour and without", () => {
    const error = new CdcError("NOT_DEPLOYED", "nothing here", { hint: "cdc-pipeline deploy" });
    const colored = renderError(error, { ...quiet, color: true, stage: "prepare" });
    expect(colored).toContain("\u001b[31m");
    expect(stripVTControlCharacters(colored)).toBe(renderError(error, { ...quiet, stage: "prepare" }));
  });
});

describe("the cause of an error", () => {
  const cause = new TypeError("socket closed", { cause: new Error("the deepest reason") });

  it("is not shown to somebody who did not ask", () => {
    const text = renderError(new CdcError("INTERNAL", "unexpected", { cause }), quiet);
    expect(text).toBe("✘ unexpected   INTERNAL");
  });

  it("is shown with its stack and its own cause with --verbose", () => {
    const text = renderError(new CdcError("INTERNAL", "unexpected", { cause }), verbose);
    expect(text).toContain("  caused by: TypeError: socket closed");
    expect(text).toMatch(/^ +at .*render-error\.test\.ts/m);
    expect(text).toContain("  caused by: Error: the deepest reason");
  });

  it("shows each reason when several addresses were tried", () => {
    const both = new AggregateError([new Error("refused at ::1"), new Error("refused at 127.0.0.1")]);
    const text = renderError(new CdcError("CONNECT_UNREACHABLE", "no answer", { cause: both }), verbose);
    expect(text).toContain("refused at ::1");
    expect(text).toContain("refused at 127.0.0.1");
  });

  it("never shows the request that an error carries, which holds the password", () => {
    const carrier = Object.assign(new Error("401"), { config: { auth: { password: "hunter2" } } });
    const plainObject = { password: "hunter2" };
    for (const cause of [carrier, plainObject]) {
      expect(renderError(new CdcError("CONNECT_FAILED", "refused", { cause }), verbose)).not.toContain(
        "hunter2",
      );
    }
  });

  it("ends although the causes form a ring", () => {
    const first = new Error("first");
    first.cause = new Error("second", { cause: first });
    const text = renderError(new CdcError("INTERNAL", "unexpected", { cause: first }), verbose);
    expect(text.match(/caused by: /g)).toHaveLength(2);
  });
});

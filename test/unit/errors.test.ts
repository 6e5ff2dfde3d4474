import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import ts from "typescript";
import { describe, expect, it } from "vitest";

import { CdcError, ERROR_CODES, toCdcError } from "../../src/errors.js";
import { packagePath } from "../../src/package-root.js";

describe("the catalogue of errors", () => {
  it.each(Object.entries(ERROR_CODES))(
    "knows an exit code and a meaning for %s",
    (code, { exit, meaning }) => {
      expect(code).toMatch(/^[A-Z][A-Z_]*[A-Z]$/);
      expect([1, 2, 3, 130]).toContain(exit);
      expect(meaning).toMatch(/^[A-Z`].*\.$/);
    },
  );

  it("keeps 130 for the interrupt and 3 for what was not proved", () => {
    const withExit = (exit: number) =>
      Object.entries(ERROR_CODES).flatMap(([code, entry]) => (entry.exit === exit ? [code] : []));
    expect(withExit(130)).toEqual(["INTERRUPTED"]);
    expect(withExit(3)).toEqual([
      "NOT_STREAMING",
      "EVENT_NOT_SEEN",
      "SNAPSHOT_NOT_DONE",
      "EVENTS_NOT_CONFIRMED",
    ]);
  });

  it("holds no code that nothing throws", () => {
    const thrown = thrownCodes();
    expect(Object.keys(ERROR_CODES).filter((code) => !thrown.has(code))).toEqual([]);
  });
});

/** The texts that stand where `new CdcError` takes its code. */
function thrownCodes(): ReadonlySet<string> {
  const codes = new Set<string>();
  const addTexts = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node)) codes.add(node.text);
    node.forEachChild(addTexts);
  };
  const visit = (node: ts.Node): void => {
    const isCdcError = ts.isNewExpression(node) && node.expression.getText() === "CdcError";
    const code = isCdcError ? node.arguments?.[0] : undefined;
    if (code !== undefined) addTexts(code);
    node.forEachChild(visit);
  };
  const folder = packagePath("src");
  for (const path of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (!path.endsWith(".ts")) continue;
    const text = readFileSync(join(folder, path), "utf8");
    visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true));
  }
  return codes;
}

describe("any thrown value as an error of the program", () => {
  it("stays what it is when it is one already", () => {
    const error = new CdcError("NOT_DEPLOYED", "nothing here", { hint: "deploy", details: { port: 1 } });
    expect(toCdcError(error)).toBe(error);
  });

  it("is an interrupt when it is an abort", () => {
    const abort = new DOMException("This operation was aborted", "AbortError");
    expect(toCdcError(abort)).toMatchObject({ code: "INTERRUPTED", message: "interrupted", cause: abort });
  });

  it.each([
    [
      "an error nobody foresaw",
      new TypeError("x is not a function"),
      "unexpected error: x is not a function",
    ],
    ["a thrown text", "boom", "unexpected error: boom"],
    ["null", null, "unexpected error: null"],
  ])("is a fault of the program when it is %s", (_what, thrown, message) => {
    const error = toCdcError(thrown);
    expect(error).toMatchObject({ code: "INTERNAL", message, cause: thrown });
    expect(error.hint).toContain("--verbose");
  });

  it("has neither hint nor details nor cause where none was given", () => {
    const error = new CdcError("USAGE", "unknown option --foo");
    expect([error.hint, error.details, "cause" in error]).toEqual([undefined, undefined, false]);
    expect(error.name).toBe("CdcError");
  });
});

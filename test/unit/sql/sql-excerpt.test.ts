import { describe, expect, it } from "vitest";

import { placeOfCharacter, sqlExcerpt } from "../../../src/sql/sql-excerpt.js";

describe("sqlExcerpt", () => {
  it("shows the caret's line, two lines before it and their numbers in the file", () => {
    expect(sqlExcerpt("select a,\r\n\tb,\r\n  c,\r\n  d\r\nfrom t", 8, { line: 4, column: 3 })).toBe(
      ["   9 |  b,", "  10 |   c,", "  11 |   d", "     |   ^"].join("\n"),
    );
  });

  it("shows the first three lines where the server names no place", () => {
    expect(sqlExcerpt("a\nb\nc\nd", 1)).toBe(["  1 | a", "  2 | b", "  3 | c", "    | …"].join("\n"));
  });

  it("keeps the caret under its word in a very long line", () => {
    const [line = "", caret = ""] = sqlExcerpt(`${"x".repeat(500)}HERE${"y".repeat(500)}`, 1, {
      line: 1,
      column: 501,
    }).split("\n");
    expect(line.length).toBeLessThan(120);
    expect(line.slice(caret.indexOf("^")).startsWith("HERE")).toBe(true);
  });

  it("hides passwords without moving what follows", () => {
    expect(sqlExcerpt("create role a password 'it''s' login", 1)).toBe(
      "  1 | create role a password '*****' login",
    );
  });
});

describe("placeOfCharacter", () => {
  it("counts characters as PostgreSQL does, and columns as editors do", () => {
    expect(placeOfCharacter("select '🙂',\n x", "select '🙂',\n ".length)).toEqual({ line: 2, column: 2 });
  });
});

import { expect, it } from "vitest";

import { printableLine, printableLines } from "../../../src/ui/printable.js";

it("takes escape sequences and control characters out of foreign text", () => {
  expect(printableLines("\u001b[31mred\u001b[0m \u001b]0;title\u0007bell\u0007\u0000 end")).toEqual([
    "red bell end",
  ]);
});

it("keeps lines, tabs and leading spaces, so that a caret points at its word", () => {
  expect(printableLines("\nSELECT\t1\r\n      ^  \n\n")).toEqual(["SELECT\t1", "      ^"]);
});

it("gives an empty text one empty line", () => {
  expect(printableLines("\n\n")).toEqual([""]);
});

it("makes one line of a text with several", () => {
  expect(printableLine("  waiting\n  for\tthe slot ")).toBe("waiting for the slot");
});

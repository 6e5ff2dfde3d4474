import { expect, it } from "vitest";

import { fitLines } from "../../../src/ui/fit-lines.js";

it("leaves lines that fit as they are, colour included", () => {
  const text = "\u001b[31mfive5\u001b[39m\nok";
  expect(fitLines(text, 5)).toBe(text);
});

it("cuts a longer line so that it stays on one row, and says so", () => {
  expect(fitLines("\u001b[31mabcdef\u001b[39m\nok", 5)).toBe("abcd…\nok");
});

it("never cuts a character in two", () => {
  expect(fitLines("😀😀😀", 2)).toBe("😀…");
});

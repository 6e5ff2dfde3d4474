import { isDeepStrictEqual } from "node:util";

import { expect } from "vitest";

import { changeTexts, type SqlStatement, statementsOf } from "./sql-tree.js";

/**
 * Proves that names are names in SQL, whatever is in them: rendered with any names and with harmless ones, the texts
 * parse as the same statements, but for the names.
 * @param names by what the harmless ones are called, which must not be found in the SQL otherwise
 * @param render the statements with these names in it
 */
export function expectOnlyNamesDiffer<Names extends Record<string, string>>(
  names: Names,
  render: (names: Names) => readonly string[],
): void {
  const harmless = Object.fromEntries(Object.keys(names).map((key) => [key, `neutral_${key}`])) as Names;
  const [wanted, found] = [render(harmless), render(names)];
  expect(found.length).toBe(wanted.length);
  // A text that holds more than a name is looked at elsewhere: it is one text, and that is what counts here.
  const isMore = (text: string) => text.includes("neutral_");
  const real = new Map(Object.keys(names).map((key) => [`neutral_${key}`, names[key] ?? ""]));
  for (const [index, sql] of found.entries()) {
    const expected = treesOf(wanted[index] ?? "");
    const seen = statementsOf(sql);
    const holes = new Set<string>();
    const trees = changeTexts(expected, (text) => {
      const name = real.get(text);
      if (name !== undefined) return name;
      if (isMore(text)) holes.add(text);
      return text;
    });
    const filled = holes.size === 0 ? seen : fillHoles(seen, trees, holes);
    // Many times as fast as the comparison that can say what differs.
    if (!isDeepStrictEqual(filled, trees)) expect(filled, sql).toEqual(trees);
  }
}

/** Of harmless names there are few texts, and each is parsed once. */
function treesOf(sql: string): SqlStatement[] {
  const trees = known.get(sql) ?? statementsOf(sql);
  known.set(sql, trees);
  return trees;
}

const known = new Map<string, SqlStatement[]>();

/** Where the wanted tree has a hole, any text is taken for it. */
function fillHoles(seen: unknown, wanted: unknown, holes: ReadonlySet<string>): unknown {
  if (typeof wanted === "string" && typeof seen === "string") return holes.has(wanted) ? wanted : seen;
  if (typeof wanted !== "object" || wanted === null || typeof seen !== "object" || seen === null) return seen;
  const entries = Object.entries(seen).map(([key, value]): [string, unknown] => [
    key,
    fillHoles(value, (wanted as Record<string, unknown>)[key], holes),
  ]);
  return Array.isArray(seen) ? entries.map(([, value]) => value) : Object.fromEntries(entries);
}

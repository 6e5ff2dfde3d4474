import { describe, expect, it } from "vitest";

import type {
  NamedDifference,
  Reconciliation,
  TableReconciliation,
} from "../../../src/reconcile/reconciliation.js";
import { renderReconcileHtml } from "../../../src/reports/render-reconcile-html.js";
import { parseXml, type XmlElement } from "../../support/parse-xml.js";

const tableOf = (table: string, facts: Partial<TableReconciliation> = {}): TableReconciliation => ({
  table,
  topic: `debezium.mykart.${table}`,
  rows: 1_204,
  events: 2_417,
  lost: 0,
  extra: 0,
  different: 0,
  duplicates: 0,
  outOfOrder: 0,
  unproved: 0,
  late: 0,
  noTombstone: 0,
  undecodable: 0,
  foreign: 0,
  differences: [],
  notes: [],
  ...facts,
});

const reconciliationOf = (facts: Partial<Reconciliation>): Reconciliation => ({
  database: "mykart",
  ok: true,
  takenAt: "2026-11-30T11:05:06.123Z",
  durationMs: 23_456,
  tables: [tableOf("public.products")],
  latency: [],
  ...facts,
});

const lost = (id: string): NamedDifference => ({ kind: "lost", key: { id } });

/** The page as it is parsed: it must be XML, so that nothing in it can be read in two ways. */
const render = (facts: Partial<Reconciliation>): XmlElement =>
  parseXml(renderReconcileHtml(reconciliationOf(facts)).replace("<!doctype", "<!DOCTYPE"));

const within = (element: XmlElement): XmlElement[] => [element, ...element.children.flatMap(within)];
const all = (root: XmlElement, name: string) => within(root).filter((element) => element.name === name);
/** The text of an element without its styles; white space as a browser shows it, except between words. */
const textOf = (element: XmlElement): string =>
  element.name === "style"
    ? ""
    : [element.text, ...element.children.map(textOf)].join(" ").replace(/\s+/g, " ").trim();
const headline = (root: XmlElement) => textOf(all(root, "h1")[0] ?? root);

describe("the HTML report of a reconciliation", () => {
  it.each([
    ["good", {}, "Kafka holds every row of mykart."],
    ["warn", { tables: [tableOf("t", { duplicates: 4 })] }, "Kafka holds every row of mykart."],
    [
      "warn",
      { tables: [tableOf("t", { unproved: 4 })] },
      "Nothing is wrong in mykart, as far as it could be proved.",
    ],
    ["bad", { ok: false, tables: [tableOf("t", { lost: 4 })] }, "Kafka does not hold what mykart holds."],
  ] as const)("says first, and by its colour, how it is: %s", (mood, facts, words) => {
    const root = render(facts);
    expect(headline(root)).toBe(words);
    expect(all(root, "header")[0]?.attributes.class).toBe(`verdict ${mood}`);
  });

  it("loads nothing, runs nothing and is whole in itself", () => {
    const root = render({
      tables: [tableOf("t", { notes: ["see https://example.org/<script>alert(1)</script>"] })],
    });
    const names = new Set(within(root).map(({ name }) => name));
    for (const name of ["script", "link", "img", "iframe", "object", "form", "a"])
      expect(names).not.toContain(name);
    const styles = all(root, "style").map(({ text }) => text);
    expect(styles).toHaveLength(1);
    expect(styles.join("")).not.toMatch(/url\(|@import|@font-face/);
    const attributes = within(root).flatMap((element) => Object.entries(element.attributes));
    expect(attributes.filter(([name]) => /^(on|src|href|style$)/.test(name))).toEqual([]);
    const policy = all(root, "meta").find((meta) => meta.attributes["http-equiv"] !== undefined);
    expect(policy?.attributes.content).toContain("default-src 'none'");
  });

  it("has the numbers of each table, findings first, and folds what is too much to see", () => {
    const quiet = Array.from({ length: 1_000 }, (_, index) => tableOf(`public.t${index}`));
    const root = render({ ok: false, tables: [...quiet, tableOf("public.last", { lost: 7, rows: 1 })] });
    const rows = all(root, "tr").map(textOf);
    expect(rows[1]).toBe("public.last 1 2,417 7 0 0");
    expect(rows).toContain("public.t999 1,204 2,417 0 0 0");
    expect(all(root, "summary").map(textOf)).toContain("981 more tables, nothing found in any of them");
    expect(textOf(root)).toContain("the 12 biggest of 1,001 tables");
  });

  it("names keys and columns, PostgreSQL's value beside Kafka's, and marks what differs", () => {
    const differences: NamedDifference[] = [
      ...Array.from({ length: 100 }, (_, index) => lost(`k${index}`)),
      {
        kind: "different",
        key: { tenant: "acme", id: "7" },
        partition: 2,
        offset: 991,
        columns: {
          price: { postgres: "12.50", kafka: "12.05" },
          name: { postgres: "", kafka: null },
          text: {
            postgres: `${"a".repeat(5_000)}X${"b".repeat(5_000)}`,
            kafka: `${"a".repeat(5_000)}${"b".repeat(5_000)}`,
          },
        },
      },
    ];
    const root = render({ ok: false, tables: [tableOf("t", { lost: 1_500, different: 1, differences })] });
    const text = textOf(root);
    expect(text).toContain("lost: 1,500, of which the first 100 are named");
    expect(text).toContain("id k99");
    expect(text).toContain("tenant acme id 7 price 12. 50 12. 05 partition 2, offset 991 name empty NULL");
    expect(all(root, "mark").map(textOf)).toEqual(["50", "05", "X"]);
    expect(text.length).toBeLessThan(8_000);
  });

  it.each([
    `<img src=x onerror="alert('1')">&amp;]]>`,
    "\u0000\u0001\u0008\u000b\u001b[31mred\ufffe\uffff half a pair \ud83d, \udc00",
    "\u202Egnp.exe \u2066",
    "🎉 日本語 Größe",
  ])("holds any text as a text: %j", (text) => {
    const difference: NamedDifference = {
      kind: "different",
      key: { [text]: text },
      topic: text,
      partition: 0,
      offset: 1,
      note: text,
      columns: { [text]: { postgres: text, kafka: `${text}!` } },
    };
    const root = render({
      ok: false,
      database: text,
      takenAt: text,
      tables: [tableOf(text, { different: 1, differences: [difference], notes: [text] })],
      transactions: {
        whole: 0,
        incomplete: 1,
        unproved: 0,
        differences: [{ id: text, expected: 2, found: 1, note: text }],
      },
    });
    const shown = textOf(root);
    expect(all(root, "img")).toEqual([]);
    expect(shown).not.toMatch(/[\u202A-\u202E\u2066-\u2069]/);
    if (!/\p{Cc}|\p{Bidi_Control}/u.test(text)) expect(shown.split(text).length).toBeGreaterThan(10);
  });

  it("draws how long changes took, and says it in numbers", () => {
    const latency = [1, 2, 4, 8, 16, 32, Infinity].map((upToMs, index) => ({
      upToMs,
      count: [0, 10, 80, 5, 0, 4, 1][index] ?? 0,
    }));
    const root = render({ latency });
    const chart = all(root, "svg").find(({ attributes }) => attributes.role === "img");
    expect(chart?.attributes["aria-label"]).toContain(
      "median: ≤ 4 ms, 95 %: ≤ 8 ms, 99 %: ≤ 32 ms, slowest: longer",
    );
    if (chart === undefined) throw new Error("there is no chart");
    const bars = all(chart, "rect").map(({ attributes, children }) => [
      Number(attributes.height),
      children.map(textOf),
    ]);
    expect(bars.map(([, titles]) => titles)).toEqual([
      ["≤ 2 ms: 10"],
      ["≤ 4 ms: 80"],
      ["≤ 8 ms: 5"],
      ["≤ 32 ms: 4"],
      ["longer: 1"],
    ]);
    for (const [height] of bars) expect(height).toBeGreaterThanOrEqual(2);
    // Every number of the drawing is one.
    expect(
      within(chart)
        .flatMap(({ attributes }) => Object.values(attributes))
        .join(" "),
    ).not.toMatch(/NaN|Infinity/);
  });

  it.each([
    [[]],
    [[{ upToMs: 5, count: 0 }]],
    [[{ upToMs: Infinity, count: 3 }]],
    [[{ upToMs: 0, count: 3 }]],
  ])("has a place for little or nothing: %j", (latency) => {
    const root = render({ tables: [], latency });
    expect(textOf(root)).toContain("0 rows of 0 tables");
    expect(renderReconcileHtml(reconciliationOf({ latency }))).not.toMatch(/NaN/);
  });

  it("tells a note once, with the tables that it is about, and what could not be proved", () => {
    const notes = ["the column colour is in no event yet"];
    const tables = ["a", "b", "c", "d", "e", "f"].map((name) => tableOf(name, { notes, unproved: 3 }));
    const text = textOf(render({ tables }));
    expect(text.split("the column colour")).toHaveLength(2);
    expect(text).toContain("and 2 more a, b, c, d the column colour");
    expect(text).toContain(": 3 of 1,204 rows");
  });
});

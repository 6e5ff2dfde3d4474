import { stripVTControlCharacters } from "node:util";

import stringWidth from "string-width";
import { describe, expect, it } from "vitest";

import type { Finding } from "../../../src/doctor/finding.js";
import { type FindingsView, renderFindings } from "../../../src/ui/render-findings.js";
import { finding, sqlFix } from "../../support/findings.js";

const render = (findings: readonly Finding[], overrides: Partial<FindingsView> = {}): string =>
  renderFindings({
    findings,
    skipped: [],
    columns: 100,
    color: false,
    verbose: false,
    ...overrides,
  });
const linesOf = (...args: Parameters<typeof render>): string[] => render(...args).split("\n");

const HOSTILE = [
  "x".repeat(63),
  `${"s".repeat(63)}.${"t".repeat(63)}`,
  'public."Größe und Maß, mit ""Zeichen"" darin"',
  "日本語のとても長いデータベースの名前がここに",
  "👩‍👩‍👧‍👦🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉",
  "\u001b[31mred\u001b[0m\r\u0007\u0000",
  "two\nlines",
  "e\u0301".repeat(30),
  "",
];
const hostile = HOSTILE.flatMap((name) => [
  finding({ object: name, seen: `${name} was seen ${name}`, why: `${name} `.repeat(9) }),
  finding({ database: name, severity: "warning", code: "CONNECTOR_RUNNING_SLOT_INACTIVE", object: name }),
  finding({ severity: "info", fix: { kind: "advice", text: `Write ${name} into the file ${name}.` } }),
]);
const skipped = HOSTILE.map((reason) => ({ code: "A_B", database: null, reason: `${reason} is away` }));

describe("the table of findings", () => {
  it.each([48, 60, 72, 80, 99, 100])("fits %i columns, whatever the names", (columns) => {
    const lines = linesOf(hostile, { columns, skipped, verbose: true });
    expect(lines.length).toBeGreaterThan(20);
    for (const line of lines) expect(stringWidth(line), line).toBeLessThanOrEqual(columns);
  });

  it("is never wider than 100 columns", () => {
    for (const line of linesOf(hostile, { columns: 500 })) expect(stringWidth(line)).toBeLessThanOrEqual(100);
  });

  it("lets no control character of a server reach the terminal", () => {
    const text = render(hostile, { skipped, verbose: true });
    expect(text.replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
    const coloured = render(hostile, { color: true });
    expect(stripVTControlCharacters(coloured)).toBe(render(hostile));
  });

  it("says a finding in columns: severity, code, database, object, what was seen", () => {
    const [head = "", row = ""] = linesOf([finding({ object: "public.orders", seen: "it is late" })]);
    expect(head.split(/ {2,}/)).toEqual(["severity", "code", "database", "object", "seen"]);
    expect(row.split(/ {2,}/)).toEqual(["error", "TABLE_IS_LATE", "shop", "public.orders", "it is late"]);
  });

  it("leaves out the columns that nothing stands in", () => {
    const [head = ""] = linesOf([finding({ database: null })]);
    expect(head.split(/ {2,}/)).toEqual(["severity", "code", "seen"]);
  });

  it("keeps its columns in line where characters are wide", () => {
    const names = ["orders", "日本語", "🎉🎉", "Größe"];
    const rows = linesOf(names.map((object) => finding({ object, seen: "SEEN" }))).slice(1, 1 + names.length);
    const starts = rows.map((row) => stringWidth(row.slice(0, row.indexOf("SEEN"))));
    expect(new Set(starts).size).toBe(1);
    expect(rows.map((row) => row.includes("SEEN"))).toEqual([true, true, true, true]);
  });

  it("breaks what was seen at words and loses none of them", () => {
    const seen = Array.from({ length: 40 }, (_, index) => `word${index}`).join(" ");
    const table = render([finding({ seen })]).split("\n\n")[0] ?? "";
    expect(table.match(/word\d+/g)?.join(" ")).toBe(seen);
  });

  it("never breaks a code, so that it can be searched for", () => {
    const code = "CONNECTOR_RUNNING_SLOT_INACTIVE";
    for (const columns of [48, 80, 100]) {
      const findings = [finding({ code, object: "o".repeat(63), database: "d".repeat(63) })];
      expect(render(findings, { columns }).split("\n\n")[0]).toContain(code);
    }
  });

  it("stacks what was seen below on a terminal too narrow for columns", () => {
    const [first, second] = linesOf([finding({ object: "public.orders" })], { columns: 50 });
    expect(first).toBe("error  TABLE_IS_LATE  shop  public.orders");
    expect(second).toBe("  3 of 4 tables are late");
  });

  it("tells the severity by its word, in colour too where there is colour", () => {
    const findings = [finding(), finding({ severity: "warning" }), finding({ severity: "info" })];
    for (const columns of [50, 100]) {
      const coloured = render(findings, { color: true, columns });
      expect(coloured).toContain("\u001b[31merror\u001b[39m");
      expect(coloured).toContain("\u001b[33mwarning\u001b[39m");
      expect(stripVTControlCharacters(coloured)).toBe(render(findings, { columns }));
    }
  });
});

describe("a thousand tables with one problem", () => {
  const tables = Array.from({ length: 1000 }, (_, index) =>
    finding({
      object: `public.t${index}`,
      fix: sqlFix(`ALTER TABLE public.t${index} REPLICA IDENTITY FULL;`),
    }),
  );

  it("are shown by the first five, in the table and in the fixes", () => {
    const [table = "", ...rest] = render(tables).split("\n\n");
    expect(table.match(/public\.t\d+/g)).toEqual([0, 1, 2, 3, 4].map((index) => `public.t${index}`));
    expect(table).toMatch(/and 995 more +--json has all$/);
    expect(rest.join("\n\n").match(/ALTER TABLE public\.t\d+/g)).toHaveLength(5);
    expect(rest.join("\n\n")).toContain("and 995 more (--json has all)");
    expect(render(tables)).toContain("1,000 errors");
  });

  it("do not hide another problem, nor another database's", () => {
    const text = render([
      ...tables,
      finding({ database: "other", object: "x.y" }),
      finding({ code: "LAST" }),
    ]);
    expect(text).toMatch(/TABLE_IS_LATE +other +x\.y/);
    expect(text).toContain("LAST");
  });

  it("take little time", () => {
    const startedMs = performance.now();
    render(tables);
    expect(performance.now() - startedMs).toBeLessThan(500);
  });

  it("of exactly five all stand there", () => {
    expect(render(tables.slice(0, 5))).not.toContain("more");
    expect(render(tables.slice(0, 6))).toContain("and 1 more");
  });
});

describe("the fixes", () => {
  it("are numbered by code and database, with the reason once a code", () => {
    const fix = sqlFix("SELECT 1;");
    const text = render([
      finding({ fix }),
      finding({ database: "other", fix: sqlFix("SELECT 2;", { database: "other", isSafe: false }) }),
      finding({ code: "ELSE", why: "Else is bad.", database: null, fix: null }),
    ]);
    expect(text.slice(text.indexOf("what to do")).split("\n\n").slice(0, 4).join("\n\n")).toBe(`what to do

1.  TABLE_IS_LATE in shop
    Late tables are not captured.
    in the database shop (--fix does it):
      SELECT 1;

2.  TABLE_IS_LATE in other
    in the database other:
      SELECT 2;

3.  ELSE
    Else is bad.`);
  });

  it("stand there once where several findings share one", () => {
    const shared = [
      finding({ object: "a", fix: sqlFix("GRANT x TO y;") }),
      finding({ object: "b", fix: sqlFix("GRANT x TO y;") }),
    ];
    expect(render(shared).match(/GRANT x TO y;/g)).toHaveLength(1);
  });

  it("have each statement on lines of its own", () => {
    const text = render([finding({ fix: sqlFix("ALTER SYSTEM SET a = 1; SELECT pg_reload_conf();") })]);
    expect(text).toContain("      ALTER SYSTEM SET a = 1;\n      SELECT pg_reload_conf();\n");
  });

  it("leave other commands as they are, however long", () => {
    const command = `curl -X PUT http://127.0.0.1:8083/connectors/${"x".repeat(120)}/resume`;
    expect(render([finding({ fix: { kind: "command", command } })])).toContain(command);
  });

  it("say so where a name in a statement cannot be shown", () => {
    const note = "not as it is below: a name has control characters";
    expect(render([finding({ fix: sqlFix('DROP TABLE "a\u001b[31mb";') })])).toContain(note);
    expect(render([finding({ fix: sqlFix('DROP TABLE "a\nb";') })])).toContain(note);
    expect(render([finding({ fix: { kind: "command", command: "prepare 'a\u0007'" } })])).toContain(note);
    expect(render([finding({ fix: sqlFix('DROP TABLE\n\t"a b";') })])).not.toContain(note);
  });
});

describe("what it comes to", () => {
  const ok = finding({ severity: "ok", code: "TABLE_EXISTS", seen: "The tables exist." });
  const away = (code: string, reason: string) => ({ code, database: null, reason });

  it("counts the checks that passed and those that could not be made, with each reason once", () => {
    const text = render([ok], {
      skipped: [away("A", "Kafka is away"), away("B", "Kafka is away"), away("C", "no rights")],
    });
    expect(text).toBe("1 check passed, 3 not looked at (Kafka is away; no rights)\nnothing is wrong");
  });

  it("lists the checks that passed with --verbose", () => {
    expect(render([ok])).not.toContain("The tables exist.");
    expect(render([ok], { verbose: true })).toMatch(/^ok +TABLE_EXISTS +shop +The tables exist\.$/m);
  });

  it("counts errors, warnings and notes", () => {
    const of = (severity: Finding["severity"], count: number) =>
      Array.from({ length: count }, () => finding({ severity }));
    expect(linesOf([...of("error", 2), ...of("warning", 3)]).at(-1)).toBe("2 errors, 3 warnings");
    expect(linesOf([...of("warning", 1), ...of("info", 1)]).at(-1)).toBe("1 warning, 1 note");
  });

  it("offers the safe fixes, with the whole command", () => {
    const command = "npx cdc-pipeline doctor --fix -- -shop";
    expect(linesOf([finding()], { offer: { command, fixes: 2 } }).at(-1)).toBe(
      `${command} applies 2 of the fixes`,
    );
    expect(linesOf([finding()], { offer: { command, fixes: 1 } }).at(-1)).toBe(
      `${command} applies one of the fixes`,
    );
  });
});

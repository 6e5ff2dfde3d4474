import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { parseSqlFile, readSqlFile } from "../../../src/sql/sql-file.js";

const textsOf = (sql: string): string[] => parseSqlFile(sql, "shop.sql").map(({ text }) => text);

describe("parseSqlFile", () => {
  it.each([
    ["a semicolon in a string", "select 'a;b'", "select ';''; '"],
    ["a backslash before a string's end", String.raw`select 'C:\'`, "select 2"],
    ["an escaped quote in E'…'", String.raw`select E'it\'s; fine'`, String.raw`select e'\\'`],
    ["a doubled quote in E'…'", String.raw`select E'a''b\';'`, "select 2"],
    ["an E'…' continued on the next line", "select E'a'\n  '\\';b'", "select 2"],
    ["a name that ends in e before a string", "select date'2026-01-01'", "select 2"],
    ["a semicolon in a quoted name", 'select "a;b" from "c"";d"', "select 2"],
    ["a semicolon and a quote in comments", "select 1 -- it's; a\n + 2", "select 1 /* it's; b */ + 2"],
    ["nested block comments", "select /* a /* b; */ it's; */ 1", "select 2"],
    ["a $$ body", "do $$ begin perform 1; end; $$", "select 2"],
    ["a $tag$ body that holds $$", "do $x$ begin execute $$select 1;$$; end $x$", "select $_é$;$_é$"],
    ["names and parameters with $", "select a$b$c", "prepare p as select $1"],
    [
      "a rule of two actions",
      "create rule r as on insert to t do also (delete from a; delete from b)",
      "select 2",
    ],
    [
      "BEGIN ATOMIC with a CASE in it",
      "CREATE OR REPLACE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 1 END; END",
      "select 2",
    ],
    ["BEGIN as a statement", "BEGIN", "END"],
    ["COPY from a file named stdin", "COPY t FROM 'stdin'", "select 2"],
    ["COPY to stdout", "COPY (select 'from stdin') TO stdout", "select 2"],
  ])("cuts statements rightly around %s", (_what, first, second) => {
    expect(textsOf(`${first};\n${second};`)).toEqual([`${first};`, `${second};`]);
  });

  it("tells where each statement's first word is, behind comments and a byte order mark", () => {
    const sql = "\uFEFF-- the shop\r\n\r\n/* two\r\nlines */ create table a ();\r\n;; select 1;  select 2";
    expect(parseSqlFile(sql, "shop.sql")).toEqual([
      { path: "shop.sql", line: 4, column: 10, text: "create table a ();" },
      { path: "shop.sql", line: 5, column: 4, text: "select 1;" },
      { path: "shop.sql", line: 5, column: 15, text: "select 2" },
    ]);
  });

  it("finds no statement in a file of comments", () => {
    expect(textsOf("-- nothing\n/* at all */\n;")).toEqual([]);
  });

  it.each(["select 'never closed; ", "do $$ begin; ", "select 1 /* never closed; ", "/* never closed; "])(
    "leaves it to the server to refuse what is never closed: %s",
    (sql) => {
      expect(textsOf(sql)).toEqual([sql]);
    },
  );

  it("takes the rows of COPY … FROM stdin as they are, however it is written", () => {
    const sql =
      "COPY public.t (a, b) FROM stdin;\n1\tit's; \\\\.\n\\.x\n\\.\n" +
      "copy t\nfrom STDIN with (format csv); -- rows:\r\n1,2\r\n\\.\r\n" +
      "COPY empty FROM stdin;\n\\.\nselect 1;";
    expect(parseSqlFile(sql, "dump.sql").map(({ line, text, copyData }) => [line, text, copyData])).toEqual([
      [1, "COPY public.t (a, b) FROM stdin;", "1\tit's; \\\\.\n\\.x\n"],
      [5, "copy t\nfrom STDIN with (format csv);", "1,2\r\n"],
      [9, "COPY empty FROM stdin;", ""],
      [11, "select 1;", undefined],
    ]);
  });

  it("passes over the \\restrict lines of pg_dump", () => {
    expect(textsOf("--\n\\restrict aB3\n\nSET a = 1;\n\\unrestrict aB3\n\n")).toEqual(["SET a = 1;"]);
  });

  it.each([
    ["\\connect shop", "\\connect", "database named on the command line"],
    ["\\c", "\\c", "database named on the command line"],
    ["\\i tables.sql", "\\i", "contents of that file"],
    ["\\copy t from 'a.csv'", "\\copy", "COPY … FROM stdin"],
    ["\\.", "\\.", "no `COPY … FROM stdin;` comes before"],
    ["\\set ON_ERROR_STOP 1", "\\set", "only SQL is run"],
    ["select 1 \\gexec", "\\gexec", "end the statement with `;`"],
    ["select 1 \\restrict a", "\\restrict", "only SQL is run"],
    ["\\", "\\", "only SQL is run"],
  ])("refuses the psql command in %s and says what to do", (line, command, advice) => {
    expect(() => parseSqlFile(`select 1;\n\n${line}\n`, "shop.sql")).toThrow(
      expect.objectContaining({
        code: "SCHEMA_UNSUPPORTED",
        message: `shop.sql:3: the psql command ${command} has no meaning here`,
        hint: expect.stringContaining(advice) as string,
      }),
    );
  });

  it.each([
    ["\nCOPY t FROM stdin;\n1\n2\nselect 1;\n", "SCHEMA_UNREADABLE", "have no end"],
    ["\nCOPY t FROM stdin", "SCHEMA_UNREADABLE", "have no end"],
    ["\nCOPY t FROM stdin; select 1;\n1\n\\.\n", "SCHEMA_UNSUPPORTED", "more follows"],
  ])("refuses COPY whose rows cannot be told from the rest: %j", (sql, code, reason) => {
    expect(() => parseSqlFile(sql, "shop.sql")).toThrow(
      expect.objectContaining({
        code,
        message: expect.stringMatching(`^shop\\.sql:2: .*${reason}`) as string,
      }),
    );
  });

  it("stays quick with a megabyte of rows and one of inserts", () => {
    const rows = "1\tsome text; it's\n".repeat(60_000);
    const sql = `COPY t FROM stdin;\n${rows}\\.\n${"insert into t values (1, 'some text');\n".repeat(25_000)}`;
    const startedAt = performance.now();
    const statements = parseSqlFile(sql, "big.sql");
    expect(statements).toHaveLength(25_001);
    expect(statements.at(-1)?.line).toBe(60_002 + 25_000);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});

describe("readSqlFile", () => {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "sql-file-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it("reads UTF-8", async () => {
    const path = join(folder, "good.sql");
    await writeFile(path, "select 'Zoë';");
    await expect(readSqlFile(path)).resolves.toBe("select 'Zoë';");
  });

  it.each([
    ["missing.sql", undefined, "there is no such file"],
    [".", undefined, "it is a folder"],
    ["latin1.sql", Buffer.from("select 'Zo\xEB';", "latin1"), "it is not UTF-8 text"],
    ["utf16.sql", Buffer.from("\uFEFFselect 1;", "utf16le"), "it is not UTF-8 text"],
    ["archive.dump", Buffer.from("PGDMP\x01\x0E"), "it is an archive of pg_dump"],
  ])("says why %s cannot be read", async (name, content, reason) => {
    const path = join(folder, name);
    if (content !== undefined) await writeFile(path, content);
    await expect(readSqlFile(path)).rejects.toMatchObject({
      code: "SCHEMA_UNREADABLE",
      message: expect.stringContaining(`${path}: ${reason}`) as string,
      hint: expect.any(String) as string,
    });
  });
});

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { applyFixes } from "../../../src/doctor/apply-fixes.js";
import type { SafeFix } from "../../../src/doctor/safe-fixes.js";
import { createPreparation, type Preparation } from "../../support/preparation.js";

let p: Preparation;
let database: string;
beforeEach(async () => {
  p = await createPreparation();
  database = await p.createDatabase();
});
afterEach(() => p.dispose());

const neverAborted = { signal: new AbortController().signal };
const fix = (sql: string, where = database): SafeFix => ({ code: "A_CODE", database: where, sql });
const outcomes = async (...fixes: readonly SafeFix[]) =>
  (await applyFixes(fixes, p.endpoint, neverAborted)).map(({ sql, status, message }) => ({
    sql,
    status,
    message,
  }));
const tables = () => p.query(database, "SELECT relname FROM pg_class WHERE relname ~ '^t[0-9]$' ORDER BY 1");

describe("the fixes that are applied", () => {
  it("each run in its own database", async () => {
    const other = await p.createDatabase();
    const applied = await applyFixes(
      [fix("CREATE TABLE t1 ();"), fix("CREATE TABLE t2 ();", other), fix("CREATE TABLE t3 ();")],
      p.endpoint,
      neverAborted,
    );
    expect(applied.map((one) => [one.code, one.database, one.status, one.message])).toEqual([
      ["A_CODE", database, "applied", null],
      ["A_CODE", other, "applied", null],
      ["A_CODE", database, "applied", null],
    ]);
    expect(await tables()).toEqual(["t1", "t3"]);
  });

  it("go on after one that PostgreSQL refuses, and say why it was", async () => {
    expect(
      await outcomes(fix("CREATE TABLE t1 ();"), fix("DROP TABLE none;"), fix("CREATE TABLE t2 ();")),
    ).toEqual([
      { sql: "CREATE TABLE t1 ();", status: "applied", message: null },
      { sql: "DROP TABLE none;", status: "failed", message: 'table "none" does not exist (42P01)' },
      { sql: "CREATE TABLE t2 ();", status: "applied", message: null },
    ]);
    expect(await tables()).toEqual(["t1", "t2"]);
  });

  it("may be what no transaction takes", async () => {
    const [only] = await outcomes(fix("VACUUM pg_class;"));
    expect(only).toMatchObject({ status: "applied" });
  });

  it("give up on a table in use before those who use it queue up", async () => {
    await p.query(database, "CREATE TABLE t1 ()");
    const user = await p.connect(database);
    await user.query("BEGIN; LOCK TABLE t1");
    const startedMs = performance.now();
    const [locked, next] = await outcomes(fix("ALTER TABLE t1 ADD x int;"), fix("CREATE TABLE t2 ();"));
    expect(performance.now() - startedMs).toBeLessThan(10_000);
    expect(locked).toMatchObject({
      status: "failed",
      message: expect.stringContaining("lock timeout") as string,
    });
    expect(next).toMatchObject({ status: "applied" });
  });

  it("are told of as failed where there is no way to their database, and the others go on", async () => {
    const [away, there] = await outcomes(
      fix("CREATE TABLE t1 ();", p.nameDatabase()),
      fix("CREATE TABLE t2 ();"),
    );
    expect(away).toMatchObject({
      status: "failed",
      message: expect.stringContaining("there is no database") as string,
    });
    expect(there).toMatchObject({ status: "applied" });
  });

  it("are told of as failed from where the connection was cut", async () => {
    const results = await outcomes(
      fix("CREATE TABLE t1 ();"),
      fix("SELECT pg_terminate_backend(pg_backend_pid());"),
      fix("CREATE TABLE t2 ();"),
    );
    expect(results.map(({ status }) => status)).toEqual(["applied", "failed", "failed"]);
    expect(await tables()).toEqual(["t1"]);
  });

  it("end with the run's interrupt", async () => {
    const controller = new AbortController();
    controller.abort();
    await expect(applyFixes([fix("CREATE TABLE t1 ();")], p.endpoint, controller)).rejects.toMatchObject({
      name: "AbortError",
    });
    expect(await tables()).toEqual([]);
  });
});

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { catchCdcError } from "../../../support/catch-cdc-error.js";
import { createPreparation, type Preparation } from "../../../support/preparation.js";
import { createStageRecorder, type StageRecorder } from "../../../support/stage.js";

let preparation: Preparation;
let database: string;
beforeEach(async () => {
  preparation = await createPreparation();
  database = await preparation.createDatabase();
});
afterEach(() => preparation.dispose());

const notices = ({ events }: StageRecorder) =>
  events.flatMap((event) => (event.type === "notice" ? [event.message] : []));

describe("prepare of what is prepared tells the truth", () => {
  it("about tables made later whose updates fail now", async () => {
    await preparation.prepare(database);
    await preparation.query(database, "CREATE TABLE keyless (id int); INSERT INTO keyless VALUES (1)");
    await expect(preparation.query(database, "UPDATE keyless SET id = 2")).rejects.toThrow(
      /replica identity/,
    );
    const recorder = await preparation.prepare(database);
    expect(notices(recorder)).toEqual([
      `in ${database}, UPDATE and DELETE fail now on published tables without a usable identity: public.keyless (no primary key); ` +
        "in the database, add primary keys, or: ALTER TABLE public.keyless REPLICA IDENTITY FULL;",
    ]);
    await preparation.query(
      database,
      "ALTER TABLE public.keyless REPLICA IDENTITY FULL; UPDATE keyless SET id = 2",
    );
    expect(notices(await preparation.prepare(database))).toEqual([]);
  });

  it("about tables whose rows the role does not see", async () => {
    await preparation.query(
      database,
      "CREATE TABLE secret (id int PRIMARY KEY); INSERT INTO secret VALUES (1); ALTER TABLE secret ENABLE ROW LEVEL SECURITY",
    );
    const login = { user: preparation.role, password: preparation.password };
    const fix = `ALTER ROLE "${preparation.role}" BYPASSRLS;`;
    await preparation.prepare(database);
    expect(await preparation.query(database, "SELECT id FROM secret", login)).toEqual([]);
    expect(notices(await preparation.prepare(database))).toEqual([
      `in ${database}, row-level security hides rows of public.secret from the snapshot; ${fix}`,
    ]);
    await preparation.query(database, fix);
    expect(await preparation.query(database, "SELECT id FROM secret", login)).toEqual([1]);
    expect(notices(await preparation.prepare(database))).toEqual([]);
  });
});

describe("an application that updates a table without a key while prepare runs", () => {
  it("never sees an error, and prepare names the table that it changes most first", async () => {
    await preparation.query(
      database,
      "CREATE TABLE a_log (n int); INSERT INTO a_log VALUES (0); CREATE TABLE counters (n int); INSERT INTO counters VALUES (0)",
    );
    const application = await preparation.connect(database);
    let isStopped = false;
    let updates = 0;
    const loop = (async () => {
      while (!isStopped) {
        await application.query("UPDATE counters SET n = n + 1");
        updates += 1;
      }
    })();
    const counted = "SELECT n_tup_upd::int FROM pg_stat_user_tables WHERE relname = 'counters'";
    await expect.poll(() => preparation.query(database, counted), { timeout: 20_000 }).not.toEqual([0]);
    const error = await catchCdcError(preparation.prepare(database));
    const before = updates;
    await expect.poll(() => updates).toBeGreaterThan(before + 10);
    isStopped = true;
    await loop;
    expect(error).toMatchObject({
      code: "TABLES_WITHOUT_IDENTITY",
      details: { tables: ["public.counters", "public.a_log"] },
    });
    expect(error.hint).toContain("ALTER TABLE public.counters REPLICA IDENTITY FULL;");
    expect(await preparation.query(database, "SELECT n FROM counters")).toEqual([updates]);
    // Against what it was protected:
    await preparation.query(database, "CREATE PUBLICATION careless FOR ALL TABLES");
    await expect(application.query("UPDATE counters SET n = n + 1")).rejects.toThrow(/replica identity/);
  });
});

describe("prepare of databases large and small", () => {
  it("takes one with 10,000 tables in reasonable time", { timeout: 180_000 }, async () => {
    await preparation.query(
      database,
      `DO $$ BEGIN FOR i IN 1..5000 LOOP EXECUTE format('CREATE TABLE t%s (id int PRIMARY KEY)', i); END LOOP; END $$`,
    );
    await preparation.query(
      database,
      `DO $$ BEGIN FOR i IN 5001..10000 LOOP EXECUTE format('CREATE TABLE t%s (id int PRIMARY KEY)', i); END LOOP; END $$`,
    );
    const recorder = await preparation.prepare(database);
    expect(recorder.steps().find(({ step }) => step.startsWith("access"))?.detail).toBe(
      "may read 10001 published tables",
    );
    expect(
      (await preparation.prepare(database)).summary().every((line) => line.endsWith(": unchanged")),
    ).toBe(true);
  });

  it("waits for a run that is at work in the same database, says so, and gives up in time", async () => {
    const other = await preparation.connect(database);
    await other.query("BEGIN; SELECT pg_advisory_xact_lock(hashtext('cdc-pipeline prepare'))");
    const recorder = createStageRecorder({
      onEvent: ({ type }) => {
        if (type === "notice") void other.query("ROLLBACK");
      },
    });
    await preparation.prepare(database, { recorder });
    expect(notices(recorder)).toEqual([`${database}: another run prepares it, waiting`]);
    // Where nothing is to be done, nobody is waited for.
    await other.query("BEGIN; SELECT pg_advisory_xact_lock(hashtext('cdc-pipeline prepare'))");
    expect(notices(await preparation.prepare(database))).toEqual([]);
    await other.query("ROLLBACK");
  });
});

describe("the role's password", () => {
  it.each(["plain \\ 'quoted' $1", "Zoë's пароль"])(
    "lets it log in, and is kept as a verifier: %s",
    async (password) => {
      await preparation.prepare(database, { password });
      expect(await preparation.query(database, "SELECT 1", { user: preparation.role, password })).toEqual([
        1,
      ]);
      const kept = `SELECT rolpassword FROM pg_authid WHERE rolname = '${preparation.role}'`;
      expect(await preparation.query(database, kept)).toEqual([
        expect.stringMatching(/^SCRAM-SHA-256\$4096:/),
      ]);
    },
  );
});

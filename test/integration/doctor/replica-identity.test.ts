import { afterEach, beforeEach, describe, expect } from "vitest";

import { passes, trips } from "../../support/check-fixtures.js";
import { diagnose, expectPassed, expectTripped, findingsOf, sqlOf } from "../../support/diagnose.js";
import { createPreparation, type Preparation } from "../../support/preparation.js";

let preparation: Preparation;
let database: string;
beforeEach(async () => {
  preparation = await createPreparation();
  database = await preparation.createDatabase();
});
afterEach(() => preparation.dispose());

const run = (sql: string) => preparation.query(database, sql);
const look = () => diagnose(preparation, database);

const publish = (what = "FOR ALL TABLES WITH (publish_via_partition_root = true)") =>
  run(`CREATE PUBLICATION ${preparation.publication} ${what}`);

/** The finding's fix is run; then an update goes through, and the check passes. */
async function expectMended(code: string, update: string): Promise<void> {
  await expect(run(update)).rejects.toThrow("does not have a replica identity");
  await run(sqlOf(expectTripped(await look(), code)));
  await run(update);
  expectPassed(await look(), code);
}

describe("a table whose rows cannot be told apart", () => {
  trips("REPLICA_IDENTITY_MISSING", "no key: its updates fail now, until the fix is run", async () => {
    await run("CREATE TABLE notes (body text); INSERT INTO notes VALUES ('a')");
    await publish();
    expect(expectTripped(await look(), "REPLICA_IDENTITY_MISSING")).toMatchObject({
      severity: "error",
      database,
      object: "public.notes",
      seen: "no primary key: UPDATE and DELETE fail now; 0 updates, 0 deletes so far",
      fix: { database, sql: "ALTER TABLE public.notes REPLICA IDENTITY FULL;", isSafe: true },
    });
    await expectMended("REPLICA_IDENTITY_MISSING", "UPDATE notes SET body = 'b'");
  });

  trips(
    "REPLICA_IDENTITY_MISSING",
    "before it is published: it would fail, and a person decides",
    async () => {
      await run("CREATE TABLE notes (body text)");
      expectTripped(await look(), "REPLICA_IDENTITY_MISSING", {
        severity: "error",
        seen: expect.stringContaining("UPDATE and DELETE would fail once it is published") as string,
        fix: { isSafe: false },
      });
    },
  );

  trips("REPLICA_IDENTITY_MISSING", "a unique index on NOT NULL columns is the better identity", async () => {
    await run(`CREATE TABLE notes (a int UNIQUE, "Code" text NOT NULL, b int NOT NULL);
               CREATE UNIQUE INDEX half ON notes (b) WHERE b > 0;
               CREATE UNIQUE INDEX lowered ON notes (lower("Code"));
               CREATE UNIQUE INDEX "The Code" ON notes ("Code") INCLUDE (a);
               INSERT INTO notes VALUES (1, 'x', 1)`);
    await publish();
    expect(sqlOf(expectTripped(await look(), "REPLICA_IDENTITY_MISSING"))).toBe(
      'ALTER TABLE public.notes REPLICA IDENTITY USING INDEX "The Code";',
    );
    await expectMended("REPLICA_IDENTITY_MISSING", "UPDATE notes SET a = 2");
  });

  trips("REPLICA_IDENTITY_MISSING", "an identity whose index was dropped", async () => {
    await run(`CREATE TABLE notes (id int PRIMARY KEY, code text NOT NULL);
               CREATE UNIQUE INDEX code_index ON notes (code);
               ALTER TABLE notes REPLICA IDENTITY USING INDEX code_index; DROP INDEX code_index;
               INSERT INTO notes VALUES (1, 'x')`);
    await publish();
    expectTripped(await look(), "REPLICA_IDENTITY_MISSING", {
      seen: expect.stringContaining("its identity's index is gone") as string,
    });
    await expectMended("REPLICA_IDENTITY_MISSING", "UPDATE notes SET code = 'y'");
  });

  trips("REPLICA_IDENTITY_MISSING", "a partition: the table at the top cannot answer for it", async () => {
    await run(`CREATE TABLE visits (day date, page text) PARTITION BY RANGE (day);
               CREATE TABLE visits_2025 PARTITION OF visits FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
               ALTER TABLE visits REPLICA IDENTITY FULL;
               INSERT INTO visits VALUES ('2025-05-05', 'a')`);
    await publish();
    expectTripped(await look(), "REPLICA_IDENTITY_MISSING", {
      object: "public.visits_2025",
      seen: expect.stringContaining("partition of public.visits") as string,
    });
    await expectMended("REPLICA_IDENTITY_MISSING", "UPDATE visits SET page = 'b'");
  });

  trips("REPLICA_IDENTITY_MISSING", "those that the application updates most come first", async () => {
    await run(`CREATE TABLE a_calm (body text); CREATE TABLE b_busy (body text); CREATE TABLE z_busiest (body text);
               INSERT INTO b_busy VALUES ('a'); INSERT INTO z_busiest VALUES ('a'), ('b')`);
    await run("UPDATE b_busy SET body = 'c'; UPDATE z_busiest SET body = 'c'; DELETE FROM z_busiest");
    // Statistics are written down a moment after the transaction.
    await expect
      .poll(async () => findingsOf(await look(), "REPLICA_IDENTITY_MISSING").map(({ object }) => object), {
        timeout: 20_000,
      })
      .toEqual(["public.z_busiest", "public.b_busy", "public.a_calm"]);
    const [first] = findingsOf(await look(), "REPLICA_IDENTITY_MISSING");
    expect(first?.seen).toContain("2 updates, 2 deletes so far");
  });

  passes("REPLICA_IDENTITY_MISSING", "keys, FULL, unlogged tables, and what is not published", async () => {
    await run(`CREATE TABLE keyed (id int PRIMARY KEY); CREATE UNLOGGED TABLE cache (body text);
               CREATE TABLE whole (body text); ALTER TABLE whole REPLICA IDENTITY FULL;
               CREATE TABLE left_out (body text)`);
    await publish("FOR TABLE keyed, whole");
    expectPassed(await look(), "REPLICA_IDENTITY_MISSING");
  });

  passes("REPLICA_IDENTITY_MISSING", "a publication of inserts only breaks no update", async () => {
    await run("CREATE TABLE notes (body text); INSERT INTO notes VALUES ('a')");
    await publish(`FOR ALL TABLES WITH (publish = 'insert')`);
    await run("UPDATE notes SET body = 'b'");
    expectPassed(await look(), "REPLICA_IDENTITY_MISSING");
  });
});

describe("a table without an identity by decree", () => {
  trips("REPLICA_IDENTITY_NOTHING", "is mended by its own key", async () => {
    await run(`CREATE TABLE notes (id int PRIMARY KEY); ALTER TABLE notes REPLICA IDENTITY NOTHING;
               INSERT INTO notes VALUES (1)`);
    await publish();
    expect(sqlOf(expectTripped(await look(), "REPLICA_IDENTITY_NOTHING", { severity: "error" }))).toBe(
      "ALTER TABLE public.notes REPLICA IDENTITY DEFAULT;",
    );
    expectPassed(await look(), "REPLICA_IDENTITY_MISSING");
    await expectMended("REPLICA_IDENTITY_NOTHING", "UPDATE notes SET id = 2");
  });

  passes("REPLICA_IDENTITY_NOTHING", "the default", async () => {
    await run("CREATE TABLE notes (id int PRIMARY KEY)");
    await publish();
    expectPassed(await look(), "REPLICA_IDENTITY_NOTHING");
  });
});

describe("a deferrable key", () => {
  trips("REPLICA_IDENTITY_DEFERRABLE", "is none", async () => {
    await run("CREATE TABLE notes (id int PRIMARY KEY DEFERRABLE); INSERT INTO notes VALUES (1)");
    await publish();
    expect(sqlOf(expectTripped(await look(), "REPLICA_IDENTITY_DEFERRABLE", { severity: "error" }))).toBe(
      "ALTER TABLE public.notes REPLICA IDENTITY FULL;",
    );
    expectPassed(await look(), "REPLICA_IDENTITY_MISSING");
    await expectMended("REPLICA_IDENTITY_DEFERRABLE", "UPDATE notes SET id = 2");
  });

  passes("REPLICA_IDENTITY_DEFERRABLE", "one that is checked at once", async () => {
    await run("CREATE TABLE notes (id int PRIMARY KEY)");
    await publish();
    expectPassed(await look(), "REPLICA_IDENTITY_DEFERRABLE");
  });
});

describe("FULL on a table with a key", () => {
  trips("REPLICA_IDENTITY_FULL", "once it is updated, it costs WAL", async () => {
    await run(`CREATE TABLE notes (id int PRIMARY KEY); ALTER TABLE notes REPLICA IDENTITY FULL;
               INSERT INTO notes VALUES (1)`);
    await publish();
    await run("UPDATE notes SET id = 2");
    await expect
      .poll(async () => findingsOf(await look(), "REPLICA_IDENTITY_FULL"), { timeout: 20_000 })
      .toMatchObject([{ severity: "info", object: "public.notes", fix: { isSafe: false } }]);
  });

  passes("REPLICA_IDENTITY_FULL", "without a key it is all there is", async () => {
    await run(
      `CREATE TABLE notes (id int); ALTER TABLE notes REPLICA IDENTITY FULL; INSERT INTO notes VALUES (1)`,
    );
    await publish();
    await run("UPDATE notes SET id = 2");
    expectPassed(await look(), "REPLICA_IDENTITY_FULL");
  });
});

describe("events without a key", () => {
  trips("TABLE_WITHOUT_KEY", "a table with FULL and nothing unique", async () => {
    await run("CREATE TABLE notes (id int); ALTER TABLE notes REPLICA IDENTITY FULL");
    await publish();
    expectTripped(await look(), "TABLE_WITHOUT_KEY", { severity: "info", object: "public.notes", fix: null });
  });

  passes("TABLE_WITHOUT_KEY", "a unique index is a key to Debezium", async () => {
    await run(`CREATE TABLE notes (id int NOT NULL UNIQUE); ALTER TABLE notes REPLICA IDENTITY FULL;
               CREATE TABLE keyed (id int PRIMARY KEY)`);
    await publish();
    expectPassed(await look(), "TABLE_WITHOUT_KEY");
  });
});

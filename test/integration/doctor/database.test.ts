import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { passes, trips } from "../../support/check-fixtures.js";
import { diagnose, expectPassed, expectSkipped, expectTripped, sqlOf } from "../../support/diagnose.js";
import { createPreparation, type Preparation } from "../../support/preparation.js";

let preparation: Preparation;
let database: string;
beforeEach(async () => {
  preparation = await createPreparation();
  database = await preparation.createDatabase();
  await preparation.createRole(preparation.role, "REPLICATION");
});
afterEach(() => preparation.dispose());

const look = (name = database) => diagnose(preparation, name);
const asAdmin = (sql: string) => preparation.query(preparation.endpoint.adminDatabase, sql);

describe("a database", () => {
  trips("DATABASE_MISSING", "of a wrong name: nothing else is said of it", async () => {
    const missing = preparation.nameDatabase(`${preparation.id} it's not`);
    const diagnosis = await look(missing);
    expectTripped(diagnosis, "DATABASE_MISSING", {
      severity: "error",
      database: missing,
      fix: { kind: "command", command: `cdc-pipeline prepare '${preparation.id} it'\\''s not'` },
    });
    expectSkipped(diagnosis, "DATABASE_UNREACHABLE", "does not exist");
    for (const code of ["ROLE_CANNOT_LOG_IN", "SLOT_PROBE", "PUBLICATION_MISSING", "TABLE_SELECT_DENIED"]) {
      expectSkipped(diagnosis, code, "there is no database");
    }
  });

  passes("DATABASE_MISSING", "that is there", async () => {
    expectPassed(await look(), "DATABASE_MISSING");
  });

  trips("DATABASE_UNREACHABLE", "that accepts no connections, until the fix is run", async () => {
    await asAdmin(`ALTER DATABASE ${database} ALLOW_CONNECTIONS false`);
    const diagnosis = await look();
    const finding = expectTripped(diagnosis, "DATABASE_UNREACHABLE", {
      severity: "error",
      seen: expect.stringContaining("not currently accepting connections") as string,
      fix: { database: preparation.endpoint.adminDatabase, isSafe: false },
    });
    expectSkipped(diagnosis, "ROLE_CANNOT_LOG_IN", "not currently accepting connections");
    await asAdmin(sqlOf(finding));
    expectPassed(await look(), "DATABASE_UNREACHABLE");
  });

  trips("DATABASE_UNREACHABLE", "that the administrator may not connect to", async () => {
    const { user: adminUser } = await preparation.createRole(`${preparation.id}_limited`);
    await asAdmin(`REVOKE CONNECT ON DATABASE ${database} FROM PUBLIC`);
    const endpoint = { adminUser, adminPassword: preparation.password };
    const finding = expectTripped(
      await diagnose(preparation, database, { endpoint }),
      "DATABASE_UNREACHABLE",
    );
    expect(finding.seen).toContain("has no right to connect");
    await asAdmin(sqlOf(finding));
    expectPassed(await diagnose(preparation, database, { endpoint }), "DATABASE_UNREACHABLE");
  });

  passes("DATABASE_UNREACHABLE", "one of whose tables is locked by a migration", async () => {
    const migration = await preparation.connect(database);
    await migration.query(`CREATE TABLE notes (id int PRIMARY KEY, body text);
      CREATE PUBLICATION ${preparation.publication} FOR ALL TABLES`);
    await migration.query("BEGIN");
    await migration.query("LOCK TABLE notes IN ACCESS EXCLUSIVE MODE");
    const diagnosis = await look();
    expectPassed(diagnosis, "DATABASE_UNREACHABLE");
    expectPassed(diagnosis, "REPLICA_IDENTITY_MISSING");
  });

  trips("DATABASE_ENCODING", "with another encoding than UTF8", async () => {
    const latin = preparation.nameDatabase();
    await asAdmin(
      `CREATE DATABASE ${latin} TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'`,
    );
    expectTripped(await look(latin), "DATABASE_ENCODING", { severity: "error", seen: "encoding LATIN1" });
  });

  passes("DATABASE_ENCODING", "with UTF8", async () => {
    expectPassed(await look(), "DATABASE_ENCODING");
  });

  trips("DATABASE_IS_TEMPLATE", "that others are made from", async () => {
    await asAdmin(`ALTER DATABASE ${database} IS_TEMPLATE true`);
    try {
      const finding = expectTripped(await look(), "DATABASE_IS_TEMPLATE", { severity: "warning" });
      await asAdmin(sqlOf(finding));
      expectPassed(await look(), "DATABASE_IS_TEMPLATE");
    } finally {
      // A template cannot be dropped.
      await asAdmin(`ALTER DATABASE ${database} IS_TEMPLATE false`);
    }
  });

  passes("DATABASE_IS_TEMPLATE", "of its own", async () => {
    expectPassed(await look(), "DATABASE_IS_TEMPLATE");
  });

  trips("DATABASE_NAME_UNUSABLE", "with a name that breaks a JDBC URL, until it is renamed", async () => {
    const odd = await preparation.createDatabase(`${preparation.id} 50% "a/b"?`);
    const finding = expectTripped(await look(odd), "DATABASE_NAME_UNUSABLE", {
      severity: "error",
      seen: "its name has % / ?",
    });
    await asAdmin(sqlOf(finding));
    const renamed = preparation.nameDatabase(`${preparation.id} 50_ "a_b"_`);
    const diagnosis = await look(renamed);
    expectPassed(diagnosis, "DATABASE_NAME_UNUSABLE");
    expectPassed(diagnosis, "DATABASE_MISSING");
  });

  passes("DATABASE_NAME_UNUSABLE", "with capitals, spaces, quotes and letters of many kinds", async () => {
    const odd = await preparation.createDatabase(`My "${preparation.id}"; drop 'Бюро' #1 & 店`);
    const diagnosis = await look(odd);
    expectPassed(diagnosis, "DATABASE_NAME_UNUSABLE");
    expectPassed(diagnosis, "DATABASE_UNREACHABLE");
  });
});

describe("several databases", () => {
  it("are looked at side by side, each for itself", async () => {
    const names = [database];
    for (let index = 0; index < 5; index++) names.push(await preparation.createDatabase());
    await preparation.query(names[3] ?? "", "CREATE TABLE notes (body text)");
    const { findings } = await diagnose(preparation, [...names, database]);
    const ofCode = findings.filter(({ code }) => code === "REPLICA_IDENTITY_MISSING");
    expect(ofCode.map((finding) => [finding.database, finding.severity])).toEqual([
      [names[3], "error"],
      ...names.filter((name) => name !== names[3]).map((name) => [name, "ok"]),
    ]);
  });
});

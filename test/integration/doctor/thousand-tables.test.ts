import { afterEach, beforeEach, expect, it } from "vitest";

import { CHECKS } from "../../../src/doctor/checks/index.js";
import { diagnose } from "../../support/diagnose.js";
import { createPreparation, type Preparation } from "../../support/preparation.js";

let p: Preparation;
beforeEach(async () => {
  p = await createPreparation();
});
afterEach(() => p.dispose());

it("a thousand tables are looked at with every check", async () => {
  const database = await p.createDatabase();
  await p.query(
    database,
    `DO $$ BEGIN FOR i IN 1..1000 LOOP
       EXECUTE format('CREATE TABLE t%s (id int %s, note text)', i, CASE WHEN i <= 500 THEN 'PRIMARY KEY' END);
       COMMIT;
     END LOOP; END $$`,
  );
  await p.query(database, `CREATE ROLE "${p.role}" LOGIN REPLICATION PASSWORD '${p.password}'`);
  const { findings, skipped } = await diagnose(p, database);

  const codes = new Set([...findings, ...skipped].map(({ code }) => code));
  expect([...codes].sort()).toEqual(CHECKS.map(({ code }) => code).sort());
  expect(codes.size).toBeGreaterThanOrEqual(60);
  expect(findings.filter(({ code }) => code === "REPLICA_IDENTITY_MISSING")).toHaveLength(500);
});

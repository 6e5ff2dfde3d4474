import { execFileSync } from "node:child_process";

import fc from "fast-check";
import type { Client } from "pg";
import { afterAll, beforeAll, expect, inject, it } from "vitest";

import { quoteIdentifier, quoteLiteral } from "../../../src/clients/postgres.js";
import { planPrepare } from "../../../src/stages/prepare/plan/plan-prepare.js";
import { renderStatement } from "../../../src/stages/prepare/plan/planned-step.js";
import { readRecord } from "../../../src/stages/rights-record.js";
import { renderInitScript } from "../../../src/targets/k8s/init-script.js";
import { emptyDatabase } from "../../support/empty-database.js";
import { FUZZ, postgresNames, SEED } from "../../support/fuzz.js";
import { createPreparation, type Preparation } from "../../support/preparation.js";

const CASES = Math.round((1_000 * Number(process.env.FUZZ_RUNS ?? 100_000)) / 100_000);

let preparation: Preparation;
let database: string;
let client: Client;

beforeAll(async () => {
  preparation = await createPreparation();
  database = await preparation.createDatabase();
  client = await preparation.connect(database);
});

afterAll(() => preparation.dispose());

/** PostgreSQL keeps these to itself, or has one of that name. */
const mayBeRole = (name: string) => !name.startsWith("pg_") && !["public", "none", "admin"].includes(name);

/** The rows of the catalogs that this transaction has made or changed, counted. */
const CHANGED = `SELECT jsonb_object_agg(kind, count) AS changed FROM (VALUES
  ${["authid", "publication", "namespace", "proc", "database", "default_acl"]
    .map((kind) => `('${kind}', (SELECT count(*) FROM pg_${kind} WHERE xmin = pg_current_xact_id()::xid))`)
    .join(",\n  ")},
  ('tables', (SELECT count(*) FROM pg_class WHERE xmin = pg_current_xact_id()::xid AND relkind = 'r' AND oid >= 16384))
) AS v(kind, count)`;

/** What is found by the names as they were meant. */
const FOUND = `SELECT (SELECT rolname FROM pg_roles WHERE rolname = $1) AS role,
  (SELECT rolsuper FROM pg_roles WHERE rolname = $1) AS "isSuperuser",
  (SELECT pubname FROM pg_publication WHERE pubname = $2 AND puballtables) AS publication,
  (SELECT pg_get_userbyid(pubowner) FROM pg_publication WHERE pubname = $2) AS "ownedBy",
  has_schema_privilege($1, (SELECT oid FROM pg_namespace WHERE nspname = $3), 'USAGE') AS usage,
  (SELECT array_agg(DISTINCT pg_get_userbyid(defaclrole)) FROM pg_default_acl)::text[] AS makers,
  (SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = 'cdc_pipeline') AS comment`;

const makes = `PostgreSQL makes of the plan of prepare what it names, and nothing else (seed ${SEED})`;

it(makes, FUZZ, async () => {
  const names = fc.uniqueArray(postgresNames.filter(mayBeRole), { minLength: 4, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(names, async ([role = "", publication = "", schema = "", owner = ""]) => {
      const there = [`CREATE SCHEMA ${quoteIdentifier(schema)}`, `CREATE ROLE ${quoteIdentifier(owner)}`];
      const planned = planFor({ role, publication, schema, owner });
      try {
        await client.query(["BEGIN", ...there, ...planned].join(";\n"));
        const [row] = (await client.query<Record<string, unknown>>(FOUND, [role, publication, schema])).rows;
        expect(row).toMatchObject({ role, isSuperuser: false, publication, ownedBy: role, usage: true });
        expect(row?.makers).toEqual([owner]);
        expect(readRecord(String(row?.comment))).toEqual({ role, held: [owner] });
        // The body means the same names: run, it finds the role and the publication, and opens `public` as well.
        await client.query("SELECT public.setup_debezium_schema_permissions()");
        const { rows } = await client.query<{ changed: unknown }>(CHANGED);
        const made = { authid: 2, publication: 1, namespace: 3, proc: 1, tables: 2, database: 1 };
        expect(rows[0]?.changed).toMatchObject(made);
      } finally {
        await client.query("ROLLBACK");
      }
    }),
    { seed: SEED, numRuns: CASES },
  );
});

function planFor({
  role,
  publication,
  schema,
  owner,
}: Record<"role" | "publication" | "schema" | "owner", string>) {
  const facts = {
    ...emptyDatabase(),
    schemas: [schema],
    schemasWithoutUsage: [schema],
    schemasWithoutSelect: [schema],
    ownersWithoutDefaults: [owner],
    holdsUnrecorded: true,
    held: [owner],
  };
  const { steps } = planPrepare(facts, {
    database,
    role,
    publication,
    adminUser: inject("postgres").user,
    schemas: [],
    publish: "all",
    signals: true,
    adopt: false,
    hasOtherPassword: false,
    serverVersion: 150_000,
    isTemplate: false,
  });
  return steps.flatMap(({ sql }) => sql.map((one) => renderStatement(one, () => quoteLiteral(role))));
}

it("psql runs the script of a cluster's first start as it was meant, whatever the names", FUZZ, () => {
  const { host, port, user, password } = inject("postgres");
  const cases = fc.sample(fc.tuple(postgresNames.filter(mayBeRole), postgresNames), {
    seed: SEED,
    numRuns: 60,
  });
  const parts = cases.map(([role, publication]) => {
    const script = renderInitScript({ role, publication }).replace(
      /^\\set .*$/m,
      "\\set debezium_password 'x;y'",
    );
    const found = `SELECT 'found=' || (rolname = ${quoteLiteral(role)})::text FROM pg_roles WHERE rolname = ${quoteLiteral(role)};`;
    return `BEGIN;\n${script}\n${found}\nROLLBACK;\n`;
  });
  const said = execFileSync("psql", ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-f", "-"], {
    input: parts.join("\n"),
    encoding: "utf8",
    env: {
      ...process.env,
      PGHOST: host,
      PGPORT: String(port),
      PGUSER: user,
      PGPASSWORD: password,
      PGDATABASE: database,
      PGCLIENTENCODING: "UTF8",
    },
  });
  expect(said.match(/^found=true$/gm)).toHaveLength(cases.length);
});

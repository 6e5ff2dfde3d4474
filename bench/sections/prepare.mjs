import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { startLocalPostgres } from "../local-postgres.mjs";
import { versionOf } from "../machine.mjs";
import { measure } from "../measure.mjs";
import { renderPrepareScript } from "../prepare-script.mjs";
import { createProgram, findLocalPorts } from "../program.mjs";
import { row } from "../report.mjs";

const DATABASES = Array.from({ length: 100 }, (_, index) => `shop_${index}`);
const TABLES = 50;
const TEMPLATE = "bench_template";
/** The program wants one, and makes its functions there as well. */
const ADMIN_DATABASE = "mydb";
const PSQL_EACH = fileURLToPath(new URL("../psql-each.sh", import.meta.url));

/** `prepare` of many databases beside psql with a script, each time on databases that are as new. */
export async function measureSection({ root, runs, tell, takeDown }) {
  const ports = findLocalPorts();
  const program = await createProgram(root, ports);
  const server = await startLocalPostgres(root, ports.postgres);
  try {
    tell(`making ${DATABASES.length} databases`);
    await makeDatabases(server);
    await server.keep();
    const script = join(root, "prepare.sql");
    await writeFile(script, await renderPrepareScript());
    const sides = createSides(program, server, script);
    const taken = Object.fromEntries([...Object.keys(sides), "again"].map((name) => [name, []]));
    for (let run = 0; run < runs; run++) {
      // Each side comes first, second and third in turn.
      const names = rotate(Object.keys(sides), run);
      for (const name of names) {
        tell(`prepare, run ${run + 1} of ${runs}: ${name}`);
        await server.restore();
        for (const database of DATABASES) await server.query(database, WARM_UP);
        taken[name].push((await sides[name]()).ms);
        await checkState(server, name);
        if (name === "own") taken.again.push((await sides.own()).ms);
      }
    }
    return { rows: describe(taken), data: { prepare: taken } };
  } finally {
    await takeDown(() => server.stop());
  }
}

function createSides(program, server, script) {
  const args = ["prepare", ...DATABASES, "--target", "external", "--json"];
  const psql = (...flags) =>
    measure(PSQL_EACH, [script, ...flags, "--", ...DATABASES], {
      env: { ...process.env, ...server.psqlEnv },
    });
  return {
    own: () => program.run(args, { env: server.programEnv }),
    ...(versionOf("psql") === undefined
      ? {}
      : { psql: () => psql(), "psql in one transaction": () => psql("-1") }),
  };
}

function describe({ own, again, ...besides }) {
  const what = `prepare ${DATABASES.length} databases of ${TABLES} tables`;
  const rows = Object.entries(besides).map(([besideName, besideMs]) =>
    row(what, own, {
      besideName,
      besideMs,
      ratio: "beside/own",
      goal: "4 times as fast",
      isMet: ({ ratios }) => ratios.median >= 4,
    }),
  );
  const underThree = { goal: "under 3 s", isMet: ({ times }) => times.median < 3000 };
  return [...(rows.length === 0 ? [row(what, own)] : rows), row(`${what} again`, again, underThree)];
}

const MAKE_TABLES = `DO $$ BEGIN
  FOR i IN 1..${TABLES} LOOP
    EXECUTE format('CREATE TABLE table_%s (id bigint PRIMARY KEY, note text, at timestamptz)', i);
  END LOOP;
END $$`;

async function makeDatabases(server) {
  await server.query("postgres", `CREATE DATABASE ${TEMPLATE}`);
  await server.query(TEMPLATE, MAKE_TABLES);
  const statements = DATABASES.map((name) => `CREATE DATABASE ${name} TEMPLATE ${TEMPLATE}`);
  await server.query("postgres", ...statements, `CREATE DATABASE ${ADMIN_DATABASE}`);
}

/** Whatever was measured did the work: else its time says nothing. */
async function checkState(server, name) {
  for (const database of [DATABASES.at(0), DATABASES.at(-1)]) {
    const [found] = await server.query(database, STATE);
    const missing = Object.entries(found).filter(([, isThere]) => !isThere);
    if (missing.length > 0) {
      throw new Error(`${name} left ${database} without ${missing.map(([what]) => what).join(", ")}`);
    }
  }
}

/** A server that is in use has its catalogs in memory. */
const WARM_UP =
  "SELECT count(*) FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid JOIN pg_type t ON t.oid = a.atttypid";

const STATE = `SELECT
  has_table_privilege('debezium_user', 'table_${TABLES}', 'SELECT') AS grants,
  has_table_privilege('debezium_user', 'cdc_pipeline.probe', 'SELECT') AS "the probe table's grant",
  EXISTS (SELECT FROM pg_default_acl) AS "default privileges",
  EXISTS (SELECT FROM pg_publication WHERE puballtables AND pg_get_userbyid(pubowner) = 'debezium_user')
    AS publication,
  to_regprocedure('setup_debezium_schema_permissions()') IS NOT NULL AS "the setup function"`;

const rotate = (items, by) => items.map((_, index) => items[(index + by) % items.length]);

import { randomUUID } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { measure } from "./measure.mjs";

const packageFile = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const load = (module) => import(new URL(`../dist/${module}.js`, import.meta.url).href);

export const ADMIN = { user: "admin", password: "password123" };
const DEBEZIUM = { user: "debezium_user", password: "debezium_pass", publication: "debezium_publication" };
const TIMEOUT_SECONDS = 600;

const CREATE_ROLE = `CREATE ROLE ${DEBEZIUM.user} WITH LOGIN REPLICATION CREATEDB NOSUPERUSER PASSWORD '${DEBEZIUM.password}';`;

/** What `prepare` makes in a database that has nothing yet. */
const renderPrepare = (hasRole) => `
BEGIN;
${hasRole ? "" : CREATE_ROLE}
CREATE SCHEMA cdc_pipeline;
CREATE TABLE cdc_pipeline.probe (
  token uuid PRIMARY KEY, inserted_at timestamptz NOT NULL DEFAULT clock_timestamp());
GRANT CONNECT ON DATABASE mykart TO ${DEBEZIUM.user};
GRANT USAGE ON SCHEMA public, cdc_pipeline TO ${DEBEZIUM.user};
GRANT SELECT ON ALL TABLES IN SCHEMA public, cdc_pipeline TO ${DEBEZIUM.user};
ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO ${DEBEZIUM.user};
ALTER DEFAULT PRIVILEGES GRANT USAGE ON SCHEMAS TO ${DEBEZIUM.user};
CREATE PUBLICATION ${DEBEZIUM.publication} FOR ALL TABLES WITH (publish_via_partition_root = true);
ALTER PUBLICATION ${DEBEZIUM.publication} OWNER TO ${DEBEZIUM.user};
COMMIT;
`;

/**
 * The files that floor-capture.sh takes its work from, by name.
 * @param postgres where Kafka Connect reaches PostgreSQL
 * @param hasRole whether the server makes Debezium's role when it is made
 */
export async function renderCapture(postgres, { hasRole = false } = {}) {
  return { "connector.json": await renderConnectorFile(postgres), "prepare.sql": renderPrepare(hasRole) };
}

/** The variables of floor-capture.sh, and of the psql in it, where the servers are on ports of this machine. */
export function captureVariables(ports) {
  return {
    PGHOST: "127.0.0.1",
    PGPORT: String(ports.postgres),
    PGUSER: ADMIN.user,
    PGPASSWORD: ADMIN.password,
    FLOOR_CAPTURE: packageFile("bench/floor-capture.sh"),
    FLOOR_TIMEOUT_SECONDS: String(TIMEOUT_SECONDS),
    FLOOR_NODE: process.execPath,
    FLOOR_CONSUMER: packageFile("bench/consume.mjs"),
    FLOOR_SCHEMA: packageFile("examples/mykart/schema.sql"),
    FLOOR_TOKEN: randomUUID(),
    FLOOR_KAFKA_PORT: String(ports.kafka),
    FLOOR_CONNECT_PORT: String(ports.connect),
  };
}

/** Runs a floor's script in a folder with only these files. @returns its time, and when each of its parts was done */
export async function runFloorScript(script, folder, files, env) {
  await mkdir(folder, { recursive: true });
  try {
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    return await measureFloor(script, folder, env);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Runs a floor's script in a folder that is there. */
export async function measureFloor(script, folder, env) {
  const options = { env: { ...process.env, ...env }, cwd: folder, until: "event seen" };
  const { ms, lines } = await measure(packageFile(`bench/${script}`), [], options);
  return { ms, parts: lines.map(({ text, ms: doneMs }) => ({ part: text, doneMs: Math.round(doneMs) })) };
}

async function renderConnectorFile({ host, port }) {
  const { renderConnector } = await load("stages/register/render-connector");
  const path = packageFile("connectors/postgres.json");
  const values = {
    "postgres.host": host,
    "postgres.port": String(port),
    "debezium.user": DEBEZIUM.user,
    "debezium.password": DEBEZIUM.password,
    "debezium.publication": DEBEZIUM.publication,
    "debezium.heartbeatMs": "10000",
    "database.name": "mykart",
    "database.slot": "debezium_mykart_slot",
    "database.topicPrefix": "debezium.mykart",
  };
  return JSON.stringify(renderConnector(await readFile(path, "utf8"), values, path));
}

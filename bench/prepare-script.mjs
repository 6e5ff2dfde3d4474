import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const ROLE = "debezium_user";
const PUBLICATION = "debezium_publication";
const MARK = "Made by cdc-pipeline";
const FUNCTION = "public.setup_debezium_schema_permissions()";

/**
 * What `prepare` does to one database, as a script for psql that may be run again: the same objects, rights
 * and comments, and nothing of the checks.
 */
export async function renderPrepareScript() {
  return `
DO $do$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${ROLE}') THEN
    CREATE ROLE ${ROLE} WITH LOGIN REPLICATION CREATEDB NOSUPERUSER PASSWORD 'debezium_pass';
    COMMENT ON ROLE ${ROLE} IS '${MARK}: reads changes for Debezium';
  END IF;
END $do$;
CREATE SCHEMA IF NOT EXISTS cdc_pipeline;
COMMENT ON SCHEMA cdc_pipeline IS '${MARK}: holds the table that proves capture';
CREATE TABLE IF NOT EXISTS cdc_pipeline.probe (
  token uuid PRIMARY KEY, inserted_at timestamptz NOT NULL DEFAULT clock_timestamp());
COMMENT ON TABLE cdc_pipeline.probe IS '${MARK}: empty but while cdc-pipeline verify runs';
GRANT CONNECT ON DATABASE :"DBNAME" TO ${ROLE};
GRANT USAGE ON SCHEMA public, cdc_pipeline TO ${ROLE};
GRANT SELECT ON ALL TABLES IN SCHEMA public, cdc_pipeline TO ${ROLE};
ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO ${ROLE};
ALTER DEFAULT PRIVILEGES GRANT USAGE ON SCHEMAS TO ${ROLE};
DO $do$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_publication WHERE pubname = '${PUBLICATION}') THEN
    CREATE PUBLICATION ${PUBLICATION} FOR ALL TABLES WITH (publish_via_partition_root = true);
    COMMENT ON PUBLICATION ${PUBLICATION} IS '${MARK}: read by Debezium';
    ALTER PUBLICATION ${PUBLICATION} OWNER TO ${ROLE};
  END IF;
END $do$;
CREATE OR REPLACE FUNCTION ${FUNCTION} RETURNS void LANGUAGE plpgsql AS $body$
${await functionBody()}$body$;
COMMENT ON FUNCTION ${FUNCTION} IS '${MARK}: prepares a database for Debezium by hand';
REVOKE ALL ON FUNCTION ${FUNCTION} FROM PUBLIC;
`;
}

async function functionBody() {
  const path = fileURLToPath(new URL("../sql/setup-debezium-schema-permissions.sql", import.meta.url));
  const values = { role: ROLE, publication: PUBLICATION };
  const text = await readFile(path, "utf8");
  return text.replace(/\{\{(\w+)\}\}/g, (_, name) => `'${values[name] ?? MARK}'`);
}

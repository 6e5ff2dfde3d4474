import type { ConnectorConfig } from "../../../clients/connect/connect-client.js";
import { type PostgresClient, quoteIdentifier } from "../../../clients/postgres.js";
import { debeziumSetting } from "../../../doctor/debezium-setting.js";
import { capturesOf } from "../../../doctor/topics/captured-tables.js";
import { CdcError } from "../../../errors.js";
import { findTables, type TableInDatabase } from "./table-facts.js";

const NO_TABLES: Readonly<Record<string, string>> = {
  v: "a view",
  m: "a materialized view",
  f: "a foreign table",
};

/** The table of that name, which the connector captures. @throws CdcError TABLE_NOT_CAPTURED, USAGE */
export async function findTable(
  client: PostgresClient,
  name: string,
  config: ConnectorConfig,
): Promise<TableInDatabase> {
  const [table, ...others] = await findTables(client, name);
  if (table === undefined) {
    throw notCaptured(
      `the database has no table ${name}`,
      "write it as PostgreSQL has it: --table schema.table",
    );
  }
  const full = `${table.schema}.${table.name}`;
  if (full !== name && others.length > 0) {
    const all = [table, ...others].map((one) => `${one.schema}.${one.name}`).join(", ");
    throw new CdcError("USAGE", `several tables are called ${name}: ${all}`, {
      hint: `name one: --table ${full}`,
    });
  }
  const kind = NO_TABLES[table.kind];
  if (kind !== undefined) throw notCaptured(`${full} is ${kind}, which has no events`, "name a table");
  if (capturesOf(config)?.(table) === false) {
    throw notCaptured(
      `the connector's include and exclude lists leave out ${full}`,
      "table.include.list and the like in the connector's template (debezium.template)",
    );
  }
  await requirePublished(client, table, config);
  return table;
}

/** A partition is published with its root, too. */
async function requirePublished(
  client: PostgresClient,
  { oid, schema, name }: TableInDatabase,
  config: ConnectorConfig,
): Promise<void> {
  const publication = debeziumSetting(config, "publication.name");
  if (publication === undefined || debeziumSetting(config, "plugin.name") !== "pgoutput") return;
  const { rows } = await client.query(
    `SELECT FROM pg_publication p, pg_partition_tree($2::regclass) t
     WHERE p.pubname = $1 AND (p.puballtables OR EXISTS (
       SELECT FROM pg_publication_tables s
       WHERE s.pubname = p.pubname AND format('%I.%I', s.schemaname, s.tablename)::regclass = t.relid))
     UNION ALL
     SELECT FROM pg_publication_tables WHERE pubname = $1 AND format('%I.%I', schemaname, tablename)::regclass = $2`,
    [publication, oid],
  );
  if (rows.length > 0) return;
  const add = `ALTER PUBLICATION ${quoteIdentifier(publication)} ADD TABLE ${quoteIdentifier(schema)}.${quoteIdentifier(name)};`;
  throw notCaptured(`the publication ${publication} does not have ${schema}.${name}`, add);
}

const notCaptured = (message: string, hint: string): CdcError =>
  new CdcError("TABLE_NOT_CAPTURED", message, { hint });

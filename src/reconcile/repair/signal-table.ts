import { type PostgresClient, quoteIdentifier } from "../../clients/postgres.js";
import { CdcError } from "../../errors.js";
import type { SignalChannel } from "./signal-channel.js";

export type SourceChannel = Extract<SignalChannel, { kind: "source" }>;

/** The table for signals, as it is in PostgreSQL. */
export interface SignalTable {
  /** Its columns, whatever they are called: id, type and data. */
  readonly columns: readonly string[];
  /** The most characters that the data may have. */
  readonly maxLength: number;
}

/** The longest that a row should have where nothing limits it. */
const LONG_ENOUGH = 100_000;

/**
 * Looks whether a row in the table would be taken for a signal, and whether Debezium may mark what it reads by rows of
 * its own: a connector that may not fails.
 * @throws CdcError SIGNALS_OFF
 */
export async function readSignalTable(
  client: PostgresClient,
  { schema, table }: SourceChannel,
  { role, publication }: { readonly role: string; readonly publication: string },
): Promise<SignalTable> {
  const label = `${schema}.${table}`;
  const quoted = `${quoteIdentifier(schema)}.${quoteIdentifier(table)}`;
  const { rows } = await client.query<{
    columns: string[];
    length: number | null;
    isPublished: boolean;
    mayInsert: boolean | null;
  }>(
    `SELECT array_agg(a.attname::text ORDER BY a.attnum) AS columns,
       (array_agg(CASE WHEN a.atttypid = 'varchar'::regtype AND a.atttypmod > 4 THEN a.atttypmod - 4 END ORDER BY a.attnum))[3] AS length,
       EXISTS (SELECT FROM pg_publication_tables p
               WHERE p.pubname = $2 AND p.schemaname = $3 AND p.tablename = $4) AS "isPublished",
       (SELECT has_table_privilege(r.oid, to_regclass($1), 'INSERT') FROM pg_roles r WHERE r.rolname = $5) AS "mayInsert"
     FROM pg_attribute a WHERE a.attrelid = to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped`,
    [quoted, publication, schema, table, role],
  );
  const [facts] = rows;
  const refuse = (message: string, hint: string) => new CdcError("SIGNALS_OFF", message, { hint });
  if (facts === undefined || (facts.columns as string[] | null) === null || facts.columns.length < 3) {
    throw refuse(
      `the connector takes its signals from ${label}, which is no table of three columns`,
      `CREATE TABLE ${quoted} (id varchar(42) PRIMARY KEY, type varchar(32) NOT NULL, data text);`,
    );
  }
  if (!facts.isPublished) {
    throw refuse(
      `the table for signals ${label} is not in the publication ${publication}, so Debezium does not see what is put into it`,
      `ALTER PUBLICATION ${quoteIdentifier(publication)} ADD TABLE ${quoted};`,
    );
  }
  if (facts.mayInsert === false) {
    throw refuse(
      `${role} may not insert into the table for signals ${label}, by which Debezium marks what it reads`,
      `GRANT SELECT, INSERT, DELETE ON ${quoted} TO ${quoteIdentifier(role)};`,
    );
  }
  return { columns: facts.columns.slice(0, 3), maxLength: facts.length ?? LONG_ENOUGH };
}

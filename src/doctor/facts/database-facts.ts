import type { PostgresClient } from "../../clients/postgres.js";
import { DATABASE_QUERY, TABLES_QUERY } from "./database-queries.js";

/** What one database holds, as far as capture goes; read in two queries, however many tables there are. */
export interface DatabaseFacts {
  readonly name: string;
  readonly encoding: string;
  readonly isTemplate: boolean;
  readonly owner: string;
  /** Whether Debezium's role may connect. */
  readonly hasConnect: boolean;
  readonly schemas: readonly SchemaFacts[];
  readonly tables: readonly TableFacts[];
  readonly publication: PublicationFacts | null;
  /** Roles that may make tables or schemas here; none where Debezium's role may read everything. */
  readonly makers: readonly TableMaker[];
  readonly hasProbeTable: boolean;
  /** Large objects (`pg_largeobject`), counted up to 10,001. */
  readonly largeObjects: number;
}

export interface SchemaFacts {
  readonly name: string;
  /** Whether Debezium's role has USAGE. */
  readonly hasUsage: boolean;
}

/** A role that may make tables, and whether Debezium's role may read what it will make. */
export interface TableMaker {
  readonly role: string;
  /** Schemas where it does not grant SELECT on its later tables. */
  readonly schemasWithoutDefaults: readonly string[];
  /** Whether it grants SELECT on its later tables in any schema, also in one that is made later. */
  readonly hasTableDefaults: boolean;
  /** Whether it grants USAGE on its later schemas. */
  readonly hasSchemaDefaults: boolean;
}

export interface PublicationFacts {
  readonly owner: string;
  readonly isForAllTables: boolean;
  readonly isViaRoot: boolean;
  /** Of insert, update, delete, truncate. */
  readonly missingOperations: readonly string[];
  readonly isOurs: boolean;
}

export interface TableFacts {
  readonly schema: string;
  readonly name: string;
  /** Quoted where it must be: `public.orders`, `sales."Order"`. */
  readonly qualifiedName: string;
  readonly owner: string;
  readonly kind: "table" | "partitioned" | "foreign" | "materialized view";
  readonly isUnlogged: boolean;
  readonly isPartition: boolean;
  /** Of a partition: the table at the top, quoted like `qualifiedName`. */
  readonly root: string | null;
  /** Whether others INHERIT from it; a partitioned table does not count. */
  readonly hasChildren: boolean;
  /** REPLICA IDENTITY: default, nothing, full or index. */
  readonly identity: "default" | "nothing" | "full" | "index";
  readonly hasUsableIdentity: boolean;
  readonly hasPrimaryKey: boolean;
  /** A primary key that is DEFERRABLE, which is no identity. */
  readonly isKeyDeferrable: boolean;
  /** A unique index that could be the identity: on NOT NULL columns, whole, immediate; quoted. */
  readonly identityCandidate: string | null;
  /** Since the statistics were reset. */
  readonly updates: number;
  readonly deletes: number;
  /** PostgreSQL's estimate; never negative. */
  readonly rows: number;
  /** About how many bytes of values are stored out of line. */
  readonly toastBytes: number;
  /** Generated columns that the publication does not publish. */
  readonly generatedColumns: readonly string[];
  /** Whether row-level security hides rows from Debezium's role. */
  readonly isRowSecured: boolean;
  readonly hasSelect: boolean;
  /** Whether its changes are published, under its own name or under its root's. */
  readonly isPublished: boolean;
  /** A row filter or a column list of the publication (PostgreSQL 15 and later). */
  readonly isFiltered: boolean;
}

/** A table may be locked for long; the catalogs are read all the same, or not at all. */
const LOCK_TIMEOUT = "3s";

/** Reads the facts of the database that `client` is connected to. */
export async function readDatabase(
  client: PostgresClient,
  role: string,
  publication: string,
): Promise<DatabaseFacts> {
  await client.query(`SET lock_timeout = '${LOCK_TIMEOUT}'`);
  const { rows } = await client.query<{ facts: Omit<DatabaseFacts, "tables"> }>(DATABASE_QUERY, [
    role,
    publication,
  ]);
  const facts = rows[0]?.facts;
  if (facts === undefined) throw new Error("the facts query returned no row");
  const { rows: tables } = await client.query<TableFacts>(TABLES_QUERY, [role, publication]);
  return { ...facts, tables };
}

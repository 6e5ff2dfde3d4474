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
  /** Roles that may make tables here and do not grant Debezium's role what they will make. */
  readonly makersWithoutDefaults: readonly string[];
  readonly hasProbeTable: boolean;
  /** Large objects (`pg_largeobject`), which are never captured. */
  readonly largeObjects: number;
}

export interface SchemaFacts {
  readonly name: string;
  /** Whether Debezium's role has USAGE. */
  readonly hasUsage: boolean;
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
  /** Bytes of values that are stored out of line. */
  readonly toastBytes: number;
  readonly generatedColumns: readonly string[];
  /** Columns whose unchanged values may be left out of an update's event. */
  readonly toastableColumns: number;
  /** Whether row-level security hides rows from Debezium's role. */
  readonly isRowSecured: boolean;
  readonly hasSelect: boolean;
  readonly isPublished: boolean;
  /** A row filter or a column list of the publication (PostgreSQL 15 and later). */
  readonly isFiltered: boolean;
}

/** Reads the facts of the database that `client` is connected to. */
export async function readDatabase(
  client: PostgresClient,
  role: string,
  publication: string,
): Promise<DatabaseFacts> {
  const { rows } = await client.query<{ facts: Omit<DatabaseFacts, "tables"> }>(DATABASE_QUERY, [
    role,
    publication,
  ]);
  const facts = rows[0]?.facts;
  if (facts === undefined) throw new Error("the facts query returned no row");
  const { rows: tables } = await client.query<TableFacts>(TABLES_QUERY, [role, publication]);
  return { ...facts, tables };
}

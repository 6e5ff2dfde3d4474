import { hasSchemaPublications } from "../../../catalog/schema-publications.js";
import type { FactsQuestion } from "./catalog-parts.js";

/** What `prepare` needs to know of one database before anything is written. */
export interface DatabaseFacts extends DatabaseDetails {
  readonly admin: AdminFacts;
  readonly role: RoleFacts | null;
  /** Whether there is a role `rds_replication`: there, membership in it stands for REPLICATION. */
  readonly hasReplicationGroup: boolean;
  readonly hasConnect: boolean;
  /** Every schema of the application, also those that are not asked for. */
  readonly schemas: readonly string[];
  /** Schemas asked for on which the role lacks USAGE. */
  readonly schemasWithoutUsage: readonly string[];
  /** Those of them on which the administrator cannot grant it. */
  readonly schemasOutOfReach: readonly string[];
  /** Schemas that hold a table on which the role lacks SELECT, and how many such tables there are. */
  readonly schemasWithoutSelect: readonly string[];
  readonly tablesWithoutSelect: number;
  readonly tables: number;
  /** Roles that can make tables or schemas here and do not yet grant the role what they will make. */
  readonly ownersWithoutDefaults: readonly string[];
  /** The same for each schema, where only some schemas are asked for. */
  readonly defaultsMissingInSchemas: readonly { readonly owner: string; readonly schema: string }[];
  /** Those of both that the administrator is no member of. */
  readonly ownersOutOfReach: readonly string[];
  /** The schema for the program's tables is still to be made, and what the role could do before is to be told in it. */
  readonly holdsUnrecorded: boolean;
  readonly hasProbeTable: boolean;
  readonly hasSignalTable: boolean;
  /** Whether the role may put rows into it and take them out. */
  readonly maySignal: boolean;
  readonly publication: PublicationFacts | null;
  readonly hasKeylessTables: boolean;
  /** Tables whose rows a row-level security policy hides from the role. */
  readonly tablesWithRowSecurity: readonly string[];
  readonly functions: FunctionsFacts;
}

/** What is asked only where it matters; see `needsDetails`. */
export interface DatabaseDetails {
  /** Tables of roles that the administrator is no member of, that still need something only an owner can do. */
  readonly tablesOutOfReach: readonly OwnedTable[];
  /** The logical replication slots of this database. */
  readonly slots: readonly string[];
  /** Tables that could be published and are not. */
  readonly unpublishedTables: readonly string[];
  /** Tables whose UPDATE and DELETE a publication breaks; those that are changed most come first. */
  readonly tablesWithoutIdentity: readonly TableWithoutIdentity[];
  /** What the role was given here, as `heldRights` tells it. */
  readonly held: readonly string[];
}

/** The details of a database whose tables are all published, or may all be. */
const NO_DETAILS: DatabaseDetails = {
  slots: [],
  tablesOutOfReach: [],
  unpublishedTables: [],
  tablesWithoutIdentity: [],
  held: [],
};

/** All facts, from what the two queries answered; the second only where `needsDetails` says so. */
export function mergeFacts(
  facts: Omit<DatabaseFacts, keyof DatabaseDetails>,
  details: DatabaseDetails = NO_DETAILS,
): DatabaseFacts {
  return { ...facts, ...details };
}

/** Whether the tables have to be looked at one by one. */
export function needsDetails(
  { admin, publication, hasKeylessTables, holdsUnrecorded }: Omit<DatabaseFacts, keyof DatabaseDetails>,
  { publish, schemas, serverVersion }: FactsQuestion,
): boolean {
  const isListed = publish === "tables" || (schemas.length > 0 && !hasSchemaPublications(serverVersion));
  const isOneByOne = hasKeylessTables || isListed || !admin.isSuperuser || publication?.allTables === false;
  return isOneByOne || holdsUnrecorded;
}

export interface AdminFacts {
  readonly isSuperuser: boolean;
  readonly createrole: boolean;
  readonly createdb: boolean;
  readonly replication: boolean;
  /** Whether schemas and publications may be made in this database. */
  readonly mayCreate: boolean;
  /** Whether attributes of the Debezium role may be changed. */
  readonly mayAlterRole: boolean;
}

export interface RoleFacts {
  readonly login: boolean;
  /** By its attribute, or as a member of `rds_replication`. */
  readonly replication: boolean;
  readonly createdb: boolean;
  readonly superuser: boolean;
}

export interface PublicationFacts {
  readonly allTables: boolean;
  readonly allOperations: boolean;
  /** Some tables only with some of their rows or columns. */
  readonly hasFilters: boolean;
  /** The schemas published as a whole. */
  readonly schemas: readonly string[];
  readonly owner: string;
  /** Whether the administrator may change it. */
  readonly isReachable: boolean;
  /** Made by this program, by the comment on it. */
  readonly isOurs: boolean;
}

export interface OwnedTable {
  readonly table: string;
  readonly owner: string;
}

/** Names are quoted as SQL takes them. */
export interface TableWithoutIdentity {
  readonly table: string;
  readonly reason: string;
  /** An index that can be its identity. */
  readonly index: string | null;
  readonly isPrimary: boolean;
  /** Rows updated and deleted since the statistics began. */
  readonly changes: number;
  readonly isPublished: boolean;
}

export interface FunctionsFacts {
  readonly hasSchema: boolean;
  readonly mayCreate: boolean;
  readonly found: Readonly<Record<string, FoundFunction>>;
}

export interface FoundFunction {
  readonly body: string;
  readonly comment: string | null;
  readonly isReachable: boolean;
}

import { quoteIdentifier, quoteLiteral } from "../../clients/postgres.js";
import { CdcError } from "../../errors.js";
import type { StepStatus } from "../../progress.js";
import { MARK, OWN_SCHEMA, PROBE_TABLE } from "../own-objects.js";
import { requireLogicalWal } from "../require-logical-wal.js";
import type { DatabaseFacts } from "./facts.js";

/** One step of the preparation: what it will do, and the SQL that does it (none when it is done already). */
export interface PlannedStep {
  readonly step: string;
  readonly status: Extract<StepStatus, "created" | "updated" | "unchanged">;
  readonly detail?: string;
  readonly sql: readonly string[];
}

export interface PrepareSettings {
  readonly database: string;
  readonly role: string;
  readonly password: string;
  readonly publication: string;
  /** The administrator that the statements run as. */
  readonly adminUser: string;
}

/**
 * What has to be done to a database, from what is there.
 * @throws CdcError where it cannot or must not be done: WAL_LEVEL_NOT_LOGICAL, ROLE_UNSUITABLE,
 *   SUPERUSER_NEEDED, PUBLICATION_UNSUITABLE, TABLES_WITHOUT_IDENTITY
 */
export function planPrepare(facts: DatabaseFacts, settings: PrepareSettings): PlannedStep[] {
  requireLogicalWal(facts.walLevel);
  return [
    planRole(facts, settings),
    planProbeTable(facts, settings),
    planGrants(facts, settings),
    planPublication(facts, settings),
  ];
}

function planRole({ role }: DatabaseFacts, settings: PrepareSettings): PlannedStep {
  const step = `role ${settings.role}`;
  const name = quoteIdentifier(settings.role);
  if (role === null) {
    const rights = "LOGIN REPLICATION CREATEDB NOSUPERUSER";
    return {
      step,
      status: "created",
      detail: "login, replication, createdb, no superuser",
      sql: [
        `CREATE ROLE ${name} WITH ${rights} PASSWORD ${quoteLiteral(settings.password)}`,
        `COMMENT ON ROLE ${name} IS ${quoteLiteral(`${MARK}: reads changes for Debezium`)}`,
      ],
    };
  }
  if (role.superuser) {
    throw new CdcError("ROLE_UNSUITABLE", `the role ${settings.role} exists and is a superuser`, {
      hint: `give Debezium a role of its own (debezium.user in cdc-pipeline.yaml), or: ALTER ROLE ${name} NOSUPERUSER`,
    });
  }
  const missing = [
    ...(role.login ? [] : ["LOGIN"]),
    ...(role.replication ? [] : ["REPLICATION"]),
    ...(role.createdb ? [] : ["CREATEDB"]),
  ];
  if (missing.length === 0) return { step, status: "unchanged", sql: [] };
  const rights = missing.join(" ");
  return {
    step,
    status: "updated",
    detail: `gets ${rights.toLowerCase()}`,
    sql: [`ALTER ROLE ${name} WITH ${rights}`],
  };
}

/** The table that `verify` puts its row into, in a schema of its own, so that no table of the application is touched. */
function planProbeTable(facts: DatabaseFacts, settings: PrepareSettings): PlannedStep {
  const step = `probe table ${PROBE_TABLE}`;
  if (facts.hasProbeTable) return { step, status: "unchanged", sql: [] };
  return {
    step,
    status: "created",
    sql: [
      `CREATE SCHEMA IF NOT EXISTS ${OWN_SCHEMA} AUTHORIZATION ${quoteIdentifier(settings.adminUser)}`,
      `COMMENT ON SCHEMA ${OWN_SCHEMA} IS ${quoteLiteral(`${MARK}: holds the table that proves capture`)}`,
      `CREATE TABLE ${PROBE_TABLE} (token uuid PRIMARY KEY, inserted_at timestamptz NOT NULL DEFAULT clock_timestamp())`,
      `COMMENT ON TABLE ${PROBE_TABLE} IS ${quoteLiteral(`${MARK}: empty but while cdc-pipeline verify runs`)}`,
    ],
  };
}

function planGrants(facts: DatabaseFacts, settings: PrepareSettings): PlannedStep {
  const step = "grants";
  const role = quoteIdentifier(settings.role);
  // What this very transaction makes is not among the facts yet.
  const own = facts.hasProbeTable ? [] : [OWN_SCHEMA];
  const usage = [...facts.schemasWithoutUsage, ...own];
  const select = [...facts.schemasWithoutSelect, ...own];
  const inAll = (schemas: readonly string[]) => [...new Set(schemas)].map(quoteIdentifier).join(", ");
  const sql = [
    ...(facts.hasConnect
      ? []
      : [`GRANT CONNECT ON DATABASE ${quoteIdentifier(settings.database)} TO ${role}`]),
    ...(usage.length === 0 ? [] : [`GRANT USAGE ON SCHEMA ${inAll(usage)} TO ${role}`]),
    ...(select.length === 0 ? [] : [`GRANT SELECT ON ALL TABLES IN SCHEMA ${inAll(select)} TO ${role}`]),
    ...facts.ownersWithoutDefaults.flatMap((owner) => {
      const defaults = `ALTER DEFAULT PRIVILEGES FOR ROLE ${quoteIdentifier(owner)} GRANT`;
      return [`${defaults} SELECT ON TABLES TO ${role}`, `${defaults} USAGE ON SCHEMAS TO ${role}`];
    }),
  ];
  const tables = `${facts.tables} ${facts.tables === 1 ? "table" : "tables"}`;
  if (sql.length === 0) return { step, status: "unchanged", detail: tables, sql };
  const later = facts.ownersWithoutDefaults;
  const detail = later.length === 0 ? tables : `${tables}, and later ones of ${later.join(", ")}`;
  const isNew = facts.role === null || !facts.hasProbeTable;
  return { step, status: isNew ? "created" : "updated", detail, sql };
}

function planPublication(facts: DatabaseFacts, settings: PrepareSettings): PlannedStep {
  const step = `publication ${settings.publication}`;
  const name = quoteIdentifier(settings.publication);
  const handOver = `ALTER PUBLICATION ${name} OWNER TO ${quoteIdentifier(settings.role)}`;
  const found = facts.publication;
  if (found !== null) {
    if (!found.allTables || !found.allOperations) {
      const lacks = found.allTables
        ? "leaves out some of insert, update, delete, truncate"
        : "is not FOR ALL TABLES";
      throw new CdcError(
        "PUBLICATION_UNSUITABLE",
        `the publication ${settings.publication} exists and ${lacks}`,
        {
          hint: "use another name (debezium.publication in cdc-pipeline.yaml), or change it yourself",
        },
      );
    }
    if (found.owner === settings.role || !found.isOurs) return { step, status: "unchanged", sql: [] };
    return { step, status: "updated", detail: `owned by ${settings.role} again`, sql: [handOver] };
  }
  if (!facts.isSuperuser) {
    throw new CdcError(
      "SUPERUSER_NEEDED",
      `${settings.adminUser} is no superuser, and only one can make a publication FOR ALL TABLES`,
      {
        hint: "set postgres.adminUser to a superuser",
      },
    );
  }
  refuseToBreak(facts.tablesWithoutIdentity, settings.database);
  return {
    step,
    status: "created",
    detail: `for all tables, owned by ${settings.role}`,
    sql: [
      `CREATE PUBLICATION ${name} FOR ALL TABLES WITH (publish_via_partition_root = true)`,
      `COMMENT ON PUBLICATION ${name} IS ${quoteLiteral(`${MARK}: read by Debezium`)}`,
      handOver,
    ],
  };
}

/** A publication makes UPDATE and DELETE fail, at once, on a table without a usable replica identity. */
function refuseToBreak(tables: readonly string[], database: string): void {
  const [first] = tables;
  if (first === undefined) return;
  const shown = tables.slice(0, 5).join(", ");
  const more = tables.length > 5 ? ` and ${tables.length - 5} more` : "";
  throw new CdcError(
    "TABLES_WITHOUT_IDENTITY",
    `in ${database}, UPDATE and DELETE would fail once published on tables without a usable primary key: ${shown}${more}`,
    {
      hint: `in the database, for each of them: add a primary key, or: ALTER TABLE ${first} REPLICA IDENTITY FULL;`,
      details: { tables },
    },
  );
}

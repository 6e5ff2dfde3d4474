import { quoteIdentifier } from "../../clients/postgres.js";
import { type Check, type DatabaseCheckContext, defineCheck, type Look, type Problem } from "../check.js";
import type { DatabaseFacts, TableMaker } from "../facts/database-facts.js";
import type { ServerFacts } from "../facts/server-facts.js";
import { consideredTables, isConsidered } from "./considered.js";
import { runSql } from "./fixes.js";
import { needsRole } from "./needs-role.js";

/* What Debezium's role may read in the database: now, and of what is made later. */

type AccessContext = DatabaseCheckContext & {
  readonly database: DatabaseFacts;
  readonly server: ServerFacts;
};

/** Looks where there is a role to have the right. */
const ofRole =
  (look: (facts: AccessContext, role: string) => readonly Problem[]) =>
  (facts: AccessContext): Look =>
    needsRole(facts) ?? look(facts, quoteIdentifier(facts.settings.role));

const connect = defineCheck({
  code: "CONNECT_DENIED",
  severity: "error",
  scope: "database",
  needs: ["database", "server"],
  title: "Debezium's role may connect to the database",
  why: "Without CONNECT its connector fails as soon as it starts.",
  remedy: "`GRANT CONNECT ON DATABASE … TO …;`",
  look: ofRole(({ database: { name, hasConnect }, settings }, role) =>
    hasConnect
      ? []
      : [
          {
            object: settings.role,
            seen: "no CONNECT",
            fix: runSql(name, `GRANT CONNECT ON DATABASE ${quoteIdentifier(name)} TO ${role};`, {
              isSafe: true,
            }),
          },
        ],
  ),
});

const usage = defineCheck({
  code: "SCHEMA_USAGE_DENIED",
  severity: "error",
  scope: "database",
  needs: ["database", "server"],
  title: "Debezium's role may use every schema",
  why: "Without USAGE on its schema no table can be read, whatever is granted on the table: the snapshot fails.",
  remedy: "`GRANT USAGE ON SCHEMA … TO …;`",
  look: ofRole(({ database, settings }, role) =>
    database.schemas
      .filter(({ name, hasUsage }) => !hasUsage && isConsidered(name, settings))
      .map(({ name }) => {
        const tables = database.tables.filter(({ schema }) => schema === name).length;
        return {
          object: quoteIfNeeded(name),
          severity: tables === 0 ? ("warning" as const) : ("error" as const),
          seen: `no USAGE; ${tables === 1 ? "1 table" : `${tables} tables`}`,
          fix: runSql(database.name, `GRANT USAGE ON SCHEMA ${quoteIdentifier(name)} TO ${role};`, {
            isSafe: true,
          }),
        };
      }),
  ),
});

const quoteIfNeeded = (name: string): string =>
  /^[a-z_][a-z0-9_]*$/.test(name) ? name : quoteIdentifier(name);

const select = defineCheck({
  code: "TABLE_SELECT_DENIED",
  severity: "error",
  scope: "database",
  needs: ["database", "server"],
  title: "Debezium's role may read every table",
  why: "The snapshot reads every table, published or not, partitions too. It fails at the first that it may not read.",
  remedy: "`GRANT SELECT ON … TO …;`",
  look: ofRole((facts, role) =>
    consideredTables(facts)
      .filter(({ kind, hasSelect }) => (kind === "table" || kind === "partitioned") && !hasSelect)
      .map(({ qualifiedName, owner }) => ({
        object: qualifiedName,
        seen: `no SELECT; owned by ${owner}`,
        fix: runSql(facts.database.name, `GRANT SELECT ON ${qualifiedName} TO ${role};`, { isSafe: true }),
      })),
  ),
});

const later = defineCheck({
  code: "LATER_TABLES_UNREADABLE",
  severity: "warning",
  scope: "database",
  needs: ["database", "server"],
  title: "Debezium's role may read what other roles will make",
  why: "PostgreSQL grants nothing on a new table by itself. A later snapshot fails at it, although its changes have come all along.",
  remedy:
    "`ALTER DEFAULT PRIVILEGES FOR ROLE … GRANT SELECT ON TABLES TO …;`, for each role that makes tables.",
  look: ofRole(({ database, settings }, role) =>
    database.makers.flatMap((maker) => {
      const grants = missingDefaults(maker, settings.schemas);
      if (grants.length === 0) return [];
      const defaults = `ALTER DEFAULT PRIVILEGES FOR ROLE ${quoteIdentifier(maker.role)}`;
      const sql = grants.map(({ where, what }) => `${defaults} ${where}GRANT ${what} TO ${role};`).join(" ");
      const lacks = grants.map(({ what }) => what).join(", ");
      return [
        {
          object: maker.role,
          seen: `may make tables here, and does not grant ${lacks}`,
          fix: runSql(database.name, sql, { isSafe: true }),
        },
      ];
    }),
  ),
});

interface DefaultGrant {
  /** `IN SCHEMA …`, or empty for all of them. */
  readonly where: string;
  readonly what: string;
}

/** What a role should grant by default: in the schemas that are captured, or in all, those to come too. */
function missingDefaults(maker: TableMaker, schemas: readonly string[]): DefaultGrant[] {
  if (schemas.length > 0) {
    const lacking = maker.schemasWithoutDefaults.filter((schema) => schemas.includes(schema));
    if (lacking.length === 0) return [];
    return [{ where: `IN SCHEMA ${lacking.map(quoteIdentifier).join(", ")} `, what: "SELECT ON TABLES" }];
  }
  return [
    ...(maker.hasTableDefaults ? [] : [{ where: "", what: "SELECT ON TABLES" }]),
    ...(maker.hasSchemaDefaults ? [] : [{ where: "", what: "USAGE ON SCHEMAS" }]),
  ];
}

export const ACCESS_CHECKS: readonly Check[] = [connect, usage, select, later];

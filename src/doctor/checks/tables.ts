import { quoteIdentifier } from "../../clients/postgres.js";
import { formatBytes, formatCount } from "../../format.js";
import { type Check, defineCheck } from "../check.js";
import { capturedTables, consideredTables } from "./considered.js";
import { runSql } from "./fixes.js";
import { needsRole } from "./needs-role.js";

/* Tables whose rows do not come, or come otherwise than one would think. */

const rowSecurity = defineCheck({
  code: "ROW_SECURITY_HIDES_ROWS",
  severity: "error",
  scope: "database",
  needs: ["database", "server"],
  title: "Row-level security hides no rows from Debezium's role",
  why: "The snapshot silently lacks the rows that policies hide from the role, while changes of all rows are streamed.",
  remedy: "`ALTER ROLE … BYPASSRLS;` by a superuser, or a policy that lets the role read every row.",
  look: (facts) => {
    const { settings } = facts;
    const sql = `ALTER ROLE ${quoteIdentifier(settings.role)} BYPASSRLS;`;
    const hidden = consideredTables(facts).filter(({ isRowSecured }) => isRowSecured);
    return (
      needsRole(facts) ??
      hidden.map(({ qualifiedName }) => ({
        object: qualifiedName,
        seen: "row-level security is on, and the role is bound by it",
        // Who may see which rows is a person's decision.
        fix: runSql(settings.postgres.adminDatabase, sql, { isSafe: false }),
      }))
    );
  },
});

const unlogged = defineCheck({
  code: "TABLE_UNLOGGED",
  severity: "info",
  scope: "database",
  needs: ["database"],
  title: "No table is unlogged",
  why: "Changes of an unlogged table are not in the WAL and never come, although the snapshot reads its rows.",
  remedy: "`ALTER TABLE … SET LOGGED;`, which writes the table anew, or leave it out of the connector.",
  look: (facts) =>
    consideredTables(facts)
      .filter(({ isUnlogged, kind }) => isUnlogged && kind === "table")
      .map(({ qualifiedName }) => ({
        object: qualifiedName,
        seen: "UNLOGGED: its changes are never captured",
        fix: runSql(facts.database.name, `ALTER TABLE ${qualifiedName} SET LOGGED;`, { isSafe: false }),
      })),
});

const foreign = defineCheck({
  code: "TABLE_FOREIGN",
  severity: "info",
  scope: "database",
  needs: ["database"],
  title: "No table is a foreign table",
  why: "The rows of a foreign table are on another server: neither they nor their changes are captured here.",
  remedy: "Capture it where it is.",
  look: (facts) =>
    consideredTables(facts)
      .filter(({ kind }) => kind === "foreign")
      .map(({ qualifiedName }) => ({ object: qualifiedName, seen: "foreign table: never captured" })),
});

const materializedView = defineCheck({
  code: "MATERIALIZED_VIEW",
  severity: "info",
  scope: "database",
  needs: ["database"],
  title: "There is no materialized view",
  why: "A materialized view is never captured, neither by the snapshot nor when it is refreshed.",
  remedy: "Capture the tables that it is made of.",
  look: (facts) =>
    consideredTables(facts)
      .filter(({ kind }) => kind === "materialized view")
      .map(({ qualifiedName }) => ({ object: qualifiedName, seen: "materialized view: never captured" })),
});

const MANY_LARGE_OBJECTS = 10_000;

const largeObjects = defineCheck({
  code: "LARGE_OBJECTS",
  severity: "info",
  scope: "database",
  needs: ["database"],
  title: "There are no large objects",
  why: "Large objects (pg_largeobject) are never captured: events have their numbers, not what is in them.",
  remedy: "Keep such values in `bytea` columns.",
  look: ({ database: { largeObjects: found } }) => {
    if (found === 0) return [];
    const count = found > MANY_LARGE_OBJECTS ? "more than 10,000" : formatCount(found);
    return [{ object: "pg_largeobject", seen: `${count} large ${found === 1 ? "object" : "objects"}` }];
  },
});

const generated = defineCheck({
  code: "GENERATED_COLUMNS",
  severity: "info",
  scope: "database",
  needs: ["database"],
  title: "No table has generated columns",
  why: "The snapshot reads a generated column, but PostgreSQL does not send it with later changes: there its field is missing or null.",
  remedy:
    "Have consumers compute it. PostgreSQL 18 can publish stored ones: `ALTER PUBLICATION … SET (publish_generated_columns = stored);`",
  look: (facts) =>
    capturedTables(facts)
      .filter(({ generatedColumns }) => generatedColumns.length > 0)
      .map(({ qualifiedName, generatedColumns }) => ({
        object: qualifiedName,
        seen: `only in the snapshot: ${generatedColumns.join(", ")}`,
      })),
});

const TABLES_SHOWN = 5;

const toast = defineCheck({
  code: "TOAST_PLACEHOLDER",
  severity: "info",
  scope: "database",
  needs: ["database"],
  title: "No table has values that an update's event may leave out",
  why: "An update does not carry a large value (TOAST) that it did not change: the event has `__debezium_unavailable_value` in its place, and a consumer that writes it down loses the value.",
  remedy: "Have consumers skip the placeholder, or `ALTER TABLE … REPLICA IDENTITY FULL;`",
  look: (facts) => {
    const tables = capturedTables(facts).filter(
      ({ identity, toastBytes }) => identity !== "full" && toastBytes > 0,
    );
    if (tables.length === 0) return [];
    const bytes = tables.reduce((sum, { toastBytes }) => sum + toastBytes, 0);
    const shown = tables.slice(0, TABLES_SHOWN).map(({ qualifiedName }) => qualifiedName);
    const more = tables.length > TABLES_SHOWN ? ` and ${tables.length - TABLES_SHOWN} more` : "";
    return [{ seen: `about ${formatBytes(bytes)} of large values in ${shown.join(", ")}${more}` }];
  },
});

const inherited = defineCheck({
  code: "TABLE_INHERITED",
  severity: "info",
  scope: "database",
  needs: ["database"],
  title: "No table inherits from another",
  why: "The snapshot reads a parent with the rows of its children, and then the children: those rows come twice, in two topics. Later changes come once, from the child.",
  remedy: "Leave the parent out of the snapshot, or use partitions instead of INHERITS.",
  look: (facts) =>
    capturedTables(facts)
      .filter(({ hasChildren }) => hasChildren)
      .map(({ qualifiedName }) => ({ object: qualifiedName, seen: "other tables INHERIT from it" })),
});

export const TABLE_CHECKS: readonly Check[] = [
  rowSecurity,
  unlogged,
  toast,
  generated,
  inherited,
  foreign,
  materializedView,
  largeObjects,
];

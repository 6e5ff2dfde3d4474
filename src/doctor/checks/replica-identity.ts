import { formatCount } from "../../format.js";
import { type Check, type DatabaseCheckContext, defineCheck, type Problem } from "../check.js";
import type { DatabaseFacts, PublicationFacts, TableFacts } from "../facts/database-facts.js";
import { capturedTables } from "./considered.js";
import { runSql } from "./fixes.js";

/* Whether a table can be updated at all once it is published, and what its events then carry. */

type IdentityContext = DatabaseCheckContext & { readonly database: DatabaseFacts };

const WHY =
  "PostgreSQL refuses UPDATE and DELETE on a published table without a usable replica identity: the application fails, not the capture.";

const missing = defineCheck({
  code: "REPLICA_IDENTITY_MISSING",
  severity: "error",
  scope: "database",
  needs: ["database"],
  title: "Every table has a key by which its rows are told apart",
  why: WHY,
  remedy:
    "Add a primary key; or `ALTER TABLE … REPLICA IDENTITY USING INDEX …;` with a unique index on NOT NULL columns; or `… REPLICA IDENTITY FULL;`, which writes the whole old row to the WAL. Each locks the table for a moment. A partition has its own, and a new one comes without.",
  look: (facts) =>
    brokenTables(facts)
      .filter((table) => table.identity !== "nothing" && !isDeferrable(table))
      .map((table) =>
        problem(table, table.hasPrimaryKey ? "its identity's index is gone" : "no primary key", facts),
      ),
});

const nothing = defineCheck({
  code: "REPLICA_IDENTITY_NOTHING",
  severity: "error",
  scope: "database",
  needs: ["database"],
  title: "No table is set to REPLICA IDENTITY NOTHING",
  why: WHY,
  remedy: "`ALTER TABLE … REPLICA IDENTITY DEFAULT;` where it has a primary key, else FULL.",
  look: (facts) =>
    brokenTables(facts)
      .filter(({ identity }) => identity === "nothing")
      .map((table) => problem(table, "REPLICA IDENTITY NOTHING", facts)),
});

const deferrable = defineCheck({
  code: "REPLICA_IDENTITY_DEFERRABLE",
  severity: "error",
  scope: "database",
  needs: ["database"],
  title: "No table relies on a primary key that is DEFERRABLE",
  why: `${WHY} A key that is checked only at the end of a transaction is none.`,
  remedy:
    "Make the key NOT DEFERRABLE (drop the constraint and add it anew), or `ALTER TABLE … REPLICA IDENTITY USING INDEX …;` with another unique index, or `… FULL;`.",
  look: (facts) =>
    brokenTables(facts)
      .filter((table) => table.identity !== "nothing" && isDeferrable(table))
      .map((table) => problem(table, "the primary key is DEFERRABLE", facts)),
});

const isDeferrable = ({ identity, isKeyDeferrable }: TableFacts): boolean =>
  identity === "default" && isKeyDeferrable;

/** A partitioned table itself holds no rows: its partitions have identities of their own. */
function brokenTables(facts: IdentityContext): TableFacts[] {
  const { publication, tables } = facts.database;
  if (failing(publication).length === 0) return [];
  // What is published fails, whether anybody wants to capture it or not.
  const concerned =
    publication === null ? capturedTables(facts) : tables.filter(({ isPublished }) => isPublished);
  return concerned.filter(({ kind, hasUsableIdentity }) => kind === "table" && !hasUsableIdentity);
}

const failing = (publication: PublicationFacts | null): string[] =>
  ["update", "delete"].filter((operation) => publication?.missingOperations.includes(operation) !== true);

function problem(table: TableFacts, reason: string, { database }: IdentityContext): Problem {
  const isPublished = database.publication !== null;
  const statements = failing(database.publication)
    .map((operation) => operation.toUpperCase())
    .join(" and ");
  const effect = isPublished ? `${statements} fail now` : `${statements} would fail once it is published`;
  const part = table.root === null ? "" : `, partition of ${table.root}`;
  const counts = `${formatCount(table.updates)} updates, ${formatCount(table.deletes)} deletes so far`;
  return {
    object: table.qualifiedName,
    seen: `${reason}${part}: ${effect}; ${counts}`,
    // It mends what is broken; before that, a person may rather add a key.
    fix: runSql(
      database.name,
      `ALTER TABLE ${table.qualifiedName} REPLICA IDENTITY ${bestIdentity(table)};`,
      {
        isSafe: isPublished,
      },
    ),
  };
}

function bestIdentity({ hasPrimaryKey, isKeyDeferrable, identityCandidate }: TableFacts): string {
  if (hasPrimaryKey && !isKeyDeferrable) return "DEFAULT";
  return identityCandidate === null ? "FULL" : `USING INDEX ${identityCandidate}`;
}

const full = defineCheck({
  code: "REPLICA_IDENTITY_FULL",
  severity: "info",
  scope: "database",
  needs: ["database"],
  title: "No table with a key writes whole old rows to the WAL",
  why: "REPLICA IDENTITY FULL puts the old row into the WAL with every UPDATE and DELETE. That is of use to consumers that want the row as it was before, and of none to others.",
  remedy: "`ALTER TABLE … REPLICA IDENTITY DEFAULT;`, if no consumer reads `before`.",
  look: (facts) =>
    capturedTables(facts)
      .filter(
        ({ kind, identity, hasPrimaryKey, isKeyDeferrable, updates, deletes }) =>
          kind === "table" &&
          identity === "full" &&
          hasPrimaryKey &&
          !isKeyDeferrable &&
          updates + deletes > 0,
      )
      .map(({ qualifiedName, updates, deletes }) => ({
        object: qualifiedName,
        seen: `FULL, and has a primary key; ${formatCount(updates)} updates, ${formatCount(deletes)} deletes so far`,
        fix: runSql(facts.database.name, `ALTER TABLE ${qualifiedName} REPLICA IDENTITY DEFAULT;`, {
          isSafe: false,
        }),
      })),
});

const withoutKey = defineCheck({
  code: "TABLE_WITHOUT_KEY",
  severity: "info",
  scope: "database",
  needs: ["database"],
  title: "The events of every table have a key",
  why: "Without a primary key or a unique index an event has no key: its topic cannot be compacted, and with several partitions the order of a row's events is not kept.",
  remedy: "Add a primary key, or set `message.key.columns` in the connector.",
  look: (facts) =>
    capturedTables(facts)
      .filter(
        ({ root, hasUsableIdentity, hasPrimaryKey, identityCandidate }) =>
          root === null && hasUsableIdentity && !hasPrimaryKey && identityCandidate === null,
      )
      .map(({ qualifiedName }) => ({ object: qualifiedName, seen: "no primary key, and no unique index" })),
});

export const REPLICA_IDENTITY_CHECKS: readonly Check[] = [missing, nothing, deferrable, full, withoutKey];

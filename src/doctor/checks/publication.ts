import { quoteIdentifier } from "../../clients/postgres.js";
import { PROBE_TABLE } from "../../stages/own-objects.js";
import { type Check, type DatabaseCheckContext, defineCheck, type Look, type Problem } from "../check.js";
import type { DatabaseFacts, PublicationFacts } from "../facts/database-facts.js";
import { runPrepare, runSql } from "./fixes.js";

/* The publication as a whole; what it leaves out stands in coverage.ts. */

/** Looks at the publication where there is one; that there is none is told by a check of its own. */
export const ofPublication =
  <T extends DatabaseCheckContext & { readonly database: DatabaseFacts }>(
    look: (publication: PublicationFacts, facts: T) => readonly Problem[],
  ) =>
  (facts: T): Look => {
    const { publication } = facts.database;
    if (publication === null) return { skipped: `there is no publication ${facts.settings.publication}` };
    return look(publication, facts);
  };

const missing = defineCheck({
  code: "PUBLICATION_MISSING",
  severity: "error",
  scope: "database",
  needs: ["database", "server"],
  title: "The publication exists",
  why: "It says which changes are sent. Made again after a slot, it does not hold for the WAL before it: the slot may then have to be dropped.",
  remedy: "`cdc-pipeline prepare DATABASE` makes it. Never drop or rename it while a slot exists.",
  look: ({ database, server, names, settings }) => {
    if (database.publication !== null) return [];
    const hasSlot = server.slots.some(({ name }) => name === names.slot);
    return [
      {
        object: settings.publication,
        severity: hasSlot ? "error" : "warning",
        seen: hasSlot
          ? `there is no such publication, but the slot ${names.slot}`
          : "there is no such publication: the database has not been prepared",
        fix: runPrepare(names.database),
      },
    ];
  },
});

const operations = defineCheck({
  code: "PUBLICATION_OPERATIONS",
  severity: "error",
  scope: "database",
  needs: ["database"],
  title: "The publication publishes insert, update, delete and truncate",
  why: "What it leaves out never reaches Kafka, and nothing says so.",
  remedy: "`ALTER PUBLICATION … SET (publish = 'insert, update, delete, truncate');`",
  look: ofPublication(({ missingOperations }, { database, settings }) => {
    if (missingOperations.length === 0) return [];
    const name = quoteIdentifier(settings.publication);
    const sql = `ALTER PUBLICATION ${name} SET (publish = 'insert, update, delete, truncate');`;
    // With updates published, those of a table without an identity begin to fail.
    const isSafe = database.tables.every(
      ({ kind, isPublished, hasUsableIdentity }) => kind !== "table" || !isPublished || hasUsableIdentity,
    );
    return [
      {
        object: settings.publication,
        // Debezium leaves truncates out by itself, unless it is told otherwise.
        severity: missingOperations.every((operation) => operation === "truncate") ? "info" : "error",
        seen: `leaves out ${missingOperations.join(", ")}`,
        fix: runSql(database.name, sql, { isSafe }),
      },
    ];
  }),
});

const owner = defineCheck({
  code: "PUBLICATION_OWNER",
  severity: "info",
  scope: "database",
  needs: ["database"],
  title: "The publication for all tables belongs to Debezium's role",
  why: "Whoever owns it can drop or rename it, and with that end the capture.",
  remedy: "`ALTER PUBLICATION … OWNER TO …;` by a superuser.",
  look: ofPublication(({ isForAllTables, isOurs, owner: found }, { database, settings }) => {
    if (!isForAllTables || found === settings.role) return [];
    const sql = `ALTER PUBLICATION ${quoteIdentifier(settings.publication)} OWNER TO ${quoteIdentifier(settings.role)};`;
    return [
      {
        object: settings.publication,
        seen: `owned by ${found}`,
        fix: runSql(database.name, sql, { isSafe: isOurs }),
      },
    ];
  }),
});

const probeTable = defineCheck({
  code: "PROBE_TABLE_MISSING",
  severity: "warning",
  scope: "database",
  needs: ["database"],
  title: `The table ${PROBE_TABLE} exists`,
  why: "`cdc-pipeline verify` puts its row there: without it, capture cannot be proved.",
  remedy: "`cdc-pipeline prepare DATABASE` makes it.",
  look: ({ database }) =>
    database.hasProbeTable
      ? []
      : [{ object: PROBE_TABLE, seen: "there is no such table", fix: runPrepare(database.name) }],
});

export const PUBLICATION_CHECKS: readonly Check[] = [missing, operations, owner, probeTable];

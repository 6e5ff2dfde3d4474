import { quoteIdentifier } from "../../clients/postgres.js";
import { type Check, defineCheck } from "../check.js";
import type { TableFacts } from "../facts/database-facts.js";
import { consideredTables, isPublishable } from "./considered.js";
import { advise, runSql } from "./fixes.js";
import { ofPublication } from "./publication.js";

/* What the publication leaves out, and under which names it sends the rest. */

const scope = defineCheck({
  code: "PUBLICATION_SCOPE",
  severity: "info",
  scope: "database",
  needs: ["database"],
  title: "Later tables are published by themselves",
  why: "The publication lists tables or schemas. One that is made elsewhere later is not captured until it is added.",
  remedy: "Run `cdc-pipeline prepare DATABASE` after new tables were made, or use one FOR ALL TABLES.",
  look: ofPublication(({ isForAllTables }, { settings }) =>
    isForAllTables
      ? []
      : [
          {
            object: settings.publication,
            seen: "not FOR ALL TABLES",
            fix: advise("after new tables were made, run cdc-pipeline prepare again"),
          },
        ],
  ),
});

const notPublished = defineCheck({
  code: "TABLE_NOT_PUBLISHED",
  severity: "warning",
  scope: "database",
  needs: ["database"],
  title: "Every table is published",
  why: "The snapshot reads its rows, but changes to them never come: the topic goes stale, and nothing says so.",
  remedy: "`ALTER PUBLICATION … ADD TABLE …;`, or leave it out of the connector too (`table.exclude.list`).",
  look: ofPublication((_publication, facts) => {
    const names = consideredTables(facts)
      .filter((table) => table.kind === "table" && isPublishable(table) && !table.isPublished)
      // Partitions are added with the table at the top.
      .map(({ root, qualifiedName }) => root ?? qualifiedName);
    const publication = quoteIdentifier(facts.settings.publication);
    return [...new Set(names)].map((name) => ({
      object: name,
      seen: `not in ${facts.settings.publication}`,
      fix: runSql(facts.database.name, `ALTER PUBLICATION ${publication} ADD TABLE ${name};`, {
        // It may have been left out on purpose.
        isSafe: false,
      }),
    }));
  }),
});

const filtered = defineCheck({
  code: "PUBLICATION_FILTERED",
  severity: "warning",
  scope: "database",
  needs: ["database"],
  title: "The publication leaves out no rows or columns",
  why: "The snapshot reads whole tables, but of later changes only those rows and columns come that the publication lets through.",
  remedy: "Take the table out of the publication and add it again without a filter, in one transaction.",
  look: ofPublication((_publication, facts) => {
    const publication = quoteIdentifier(facts.settings.publication);
    return consideredTables(facts)
      .filter(({ isFiltered }) => isFiltered)
      .map(({ qualifiedName }) => ({
        object: qualifiedName,
        seen: "published with a row filter or a column list",
        fix: runSql(
          facts.database.name,
          `BEGIN; ALTER PUBLICATION ${publication} DROP TABLE ${qualifiedName}; ALTER PUBLICATION ${publication} ADD TABLE ${qualifiedName}; COMMIT;`,
          { isSafe: false },
        ),
      }));
  }),
});

const partitions = defineCheck({
  code: "PARTITIONS_ONE_BY_ONE",
  severity: "warning",
  scope: "database",
  needs: ["database", "server"],
  title: "A partitioned table has one topic",
  why: "Without publish_via_partition_root each partition has a topic of its own: consumers miss those that are made later.",
  remedy:
    "`ALTER PUBLICATION … SET (publish_via_partition_root = true);`. The changes then come in the topic of the whole table: tell the consumers first.",
  look: ofPublication(({ isViaRoot }, facts) => {
    if (isViaRoot) return [];
    const { database, server, names, settings } = facts;
    const sql = `ALTER PUBLICATION ${quoteIdentifier(settings.publication)} SET (publish_via_partition_root = true);`;
    // It moves the events to another topic; before there is a slot, nobody reads them.
    const isSafe = server.slots.every(({ name }) => name !== names.slot);
    return [...partitionsByRoot(consideredTables(facts))].map(([root, count]) => ({
      object: root,
      seen: count === 1 ? "1 partition, with a topic of its own" : `${count} partitions, a topic each`,
      fix: runSql(database.name, sql, { isSafe }),
    }));
  }),
});

function partitionsByRoot(tables: readonly TableFacts[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { root, kind, isPublished } of tables) {
    if (root !== null && kind === "table" && isPublished) counts.set(root, (counts.get(root) ?? 0) + 1);
  }
  return counts;
}

export const COVERAGE_CHECKS: readonly Check[] = [notPublished, filtered, partitions, scope];

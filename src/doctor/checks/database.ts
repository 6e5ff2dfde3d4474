import { quoteIdentifier } from "../../clients/postgres.js";
import { type Check, defineCheck } from "../check.js";
import type { Fix } from "../finding.js";
import { advise, runPrepare, runSql } from "./fixes.js";

/* Whether the database is there, can be read, and is one that Debezium can capture at all. */

const missing = defineCheck({
  code: "DATABASE_MISSING",
  severity: "error",
  scope: "database",
  needs: ["entry"],
  title: "The database exists",
  why: "There is nothing to capture: a connector for it fails as soon as it starts.",
  remedy: "`cdc-pipeline prepare DATABASE` makes it, from an SQL file where `--schema` names one.",
  look: ({ entry, names: { database } }) =>
    !entry.ok && entry.isMissing ? [{ seen: "there is no such database", fix: runPrepare(database) }] : [],
});

const unreachable = defineCheck({
  code: "DATABASE_UNREACHABLE",
  severity: "error",
  scope: "database",
  needs: ["entry"],
  title: "The administrator can read the database's catalogs",
  why: "Nothing of this database could be looked at.",
  remedy:
    "Let it accept connections (`ALTER DATABASE … ALLOW_CONNECTIONS true;`), or the administrator connect (`GRANT CONNECT`, pg_hba.conf).",
  look: ({ entry, names, settings: { postgres } }) => {
    if (entry.ok) return [];
    if (entry.isMissing) return { skipped: "the database does not exist" };
    const fix = letIn(entry.sqlState, names.database, postgres);
    return [{ seen: entry.message, ...(fix === undefined ? {} : { fix }) }];
  },
});

function letIn(
  sqlState: string,
  database: string,
  { adminUser, adminDatabase }: { readonly adminUser: string; readonly adminDatabase: string },
): Fix | undefined {
  const name = quoteIdentifier(database);
  switch (sqlState) {
    case "55000":
      return runSql(adminDatabase, `ALTER DATABASE ${name} ALLOW_CONNECTIONS true;`, { isSafe: false });
    case "42501":
      return runSql(adminDatabase, `GRANT CONNECT ON DATABASE ${name} TO ${quoteIdentifier(adminUser)};`, {
        isSafe: false,
      });
    case "55P03":
      return advise("a table's definition is being changed, and holds its lock for long: look again later");
    default:
      return undefined;
  }
}

const encoding = defineCheck({
  code: "DATABASE_ENCODING",
  severity: "error",
  scope: "database",
  needs: ["database"],
  title: "The database is encoded in UTF8",
  why: "Debezium's connector supports UTF8 only: letters outside of ASCII can come out wrong.",
  remedy: "Dump the database and restore it into one that was made with `ENCODING 'UTF8'`.",
  look: ({ database }) =>
    database.encoding === "UTF8"
      ? []
      : [
          {
            seen: `encoding ${database.encoding}`,
            fix: advise(
              `dump it, and restore it into one made with: CREATE DATABASE … TEMPLATE template0 ENCODING 'UTF8';`,
            ),
          },
        ],
});

const template = defineCheck({
  code: "DATABASE_IS_TEMPLATE",
  severity: "warning",
  scope: "database",
  needs: ["database"],
  title: "The database is no template",
  why: "While Debezium is connected to it, CREATE DATABASE cannot copy it: a template must have no other user.",
  remedy: "`ALTER DATABASE … IS_TEMPLATE false;`, or capture another.",
  look: ({ database: { isTemplate, name }, settings: { postgres } }) =>
    isTemplate
      ? [
          {
            seen: "IS_TEMPLATE true",
            fix: runSql(
              postgres.adminDatabase,
              `ALTER DATABASE ${quoteIdentifier(name)} IS_TEMPLATE false;`,
              {
                isSafe: false,
              },
            ),
          },
        ]
      : [],
});

/**
 * Debezium puts the name into a JDBC URL as it is, with Java's `replaceAll`, for which `$` and `\` mean
 * something. The driver ends the name at `?`, takes no second `/`, and decodes `%` and `+`: seen in Debezium 3.7
 * with pgjdbc 42.7.
 */
const UNUSABLE = /[/?%+$\\]/g;

const name = defineCheck({
  code: "DATABASE_NAME_UNUSABLE",
  severity: "error",
  scope: "database",
  needs: ["entry"],
  title: "Debezium can write the database's name into a JDBC URL",
  why: "Debezium does not escape the name. With one of / ? % + $ \\ in it, it reaches another database, or none.",
  remedy: "`ALTER DATABASE … RENAME TO …;`",
  look: ({ names: { database }, settings: { postgres } }) => {
    const found = [...new Set(database.match(UNUSABLE) ?? [])];
    if (found.length === 0) return [];
    const better = quoteIdentifier(database.replaceAll(UNUSABLE, "_"));
    const sql = `ALTER DATABASE ${quoteIdentifier(database)} RENAME TO ${better};`;
    return [
      {
        seen: `its name has ${found.join(" ")}`,
        fix: runSql(postgres.adminDatabase, sql, { isSafe: false }),
      },
    ];
  },
});

export const DATABASE_CHECKS: readonly Check[] = [missing, unreachable, name, encoding, template];

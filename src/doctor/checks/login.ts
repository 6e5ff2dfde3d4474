import { quoteIdentifier } from "../../clients/postgres.js";
import { formatDuration } from "../../format.js";
import { shellWord } from "../../shell-words.js";
import { type Check, type DatabaseCheckContext, defineCheck } from "../check.js";
import type { LoginFacts } from "../facts/login-facts.js";
import type { Fix } from "../finding.js";
import { advise, runSql } from "./fixes.js";
import { needsRole } from "./needs-role.js";

/* What Debezium's role meets when it logs in, with the password that the connector gets. */

type Refusal = Extract<LoginFacts, { ok: false }>;

const refused = defineCheck({
  code: "ROLE_CANNOT_LOG_IN",
  severity: "error",
  scope: "database",
  needs: ["login", "server"],
  title: "Debezium's role can log in to the database",
  why: "The connector logs in with the same name and password, and fails.",
  remedy:
    "Set `debezium.password` to the role's, or add a line for the role to pg_hba.conf. The word `replication` there means physical replication only: the line must name the database.",
  look: (facts) => {
    const { login, settings } = facts;
    const cannotTell = needsRole(facts);
    if (cannotTell !== undefined) return cannotTell;
    // That the right to connect is missing has a check of its own.
    if (login.ok || login.sqlState === "42501") return [];
    return [{ object: settings.role, seen: login.message, fix: letIn(login, facts) }];
  },
});

function letIn(
  { sqlState, message }: Refusal,
  { names: { database }, settings: { role, postgres } }: DatabaseCheckContext,
): Fix {
  if (sqlState === "28P01") {
    return advise(
      `set debezium.password to the role's password, or give the role the one that is set: cdc-pipeline prepare ${shellWord(database)} --adopt`,
    );
  }
  if (message.includes("pg_hba.conf")) {
    const address = /for host "([^"]+)"/.exec(message)?.[1] ?? "ADDRESS";
    const range = `${address}/${address.includes(":") ? 128 : 32}`;
    const line = `host ${quoteIdentifier(database)} ${quoteIdentifier(role)} ${range} scram-sha-256`;
    return advise(
      `add to pg_hba.conf, above what refuses it, this line and the same with Kafka Connect's address: ${line} -- then: SELECT pg_reload_conf();`,
    );
  }
  if (message.includes("not permitted to log in")) {
    return runSql(postgres.adminDatabase, `ALTER ROLE ${quoteIdentifier(role)} LOGIN;`, { isSafe: true });
  }
  if (sqlState === "53300") return advise("have fewer connections open, or raise the limit that is named");
  return advise("PostgreSQL's log says more: the server tells a client little about a login that it refuses");
}

/** Where a setting was made, by PostgreSQL's word for it. */
const PLACES: Readonly<Record<string, string>> = {
  user: "for the role",
  database: "for the database",
  "database user": "for the role in this database",
  "configuration file": "for the server",
};

const snapshotTimeout = defineCheck({
  code: "SNAPSHOT_TIMEOUT",
  severity: "warning",
  scope: "database",
  needs: ["login", "server"],
  title: "No timeout of the server ends a snapshot",
  why: "A snapshot is one long transaction, and waits in it whenever Kafka is slow. A timeout ends it in the middle, and it begins anew, from the first row.",
  remedy: "`ALTER ROLE … IN DATABASE … SET statement_timeout = 0;`, and so for each of the others.",
  look: (facts) => {
    const { login, names, settings } = facts;
    const cannotTell = needsRole(facts);
    if (cannotTell !== undefined) return cannotTell;
    if (!login.ok) return { skipped: login.message };
    return login.timeouts
      .filter(({ ms }) => ms > 0)
      .map(({ name, ms, source }) => {
        // The most specific place there is: it goes before the server's, the database's and the role's.
        const where = `ALTER ROLE ${quoteIdentifier(settings.role)} IN DATABASE ${quoteIdentifier(names.database)}`;
        return {
          object: name,
          seen: `${name} = ${formatDuration(ms)}, set ${PLACES[source] ?? `by ${source}`}`,
          fix: runSql(names.database, `${where} SET ${name} = 0;`, { isSafe: true }),
        };
      });
  },
});

export const LOGIN_CHECKS: readonly Check[] = [refused, snapshotTimeout];

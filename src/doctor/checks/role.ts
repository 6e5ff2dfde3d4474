import { quoteIdentifier } from "../../clients/postgres.js";
import { formatDuration } from "../../format.js";
import { type Check, type CheckContext, defineCheck, type Problem } from "../check.js";
import type { RoleFacts, ServerFacts } from "../facts/server-facts.js";
import type { Fix } from "../finding.js";
import { runPrepare, runSql } from "./fixes.js";

/* What Debezium's role is, apart from what it may do in one database. */

const EXPIRY_WARNING_SECONDS = 30 * 86_400;
/** A snapshot, the stream and the connector's look-ups. */
const CONNECTIONS_A_CONNECTOR = 3;

type RoleContext = CheckContext & { readonly server: ServerFacts };

/** Looks at the role where there is one; that there is none is told by a check of its own. */
const ofRole =
  (look: (role: RoleFacts, context: RoleContext) => Problem | undefined) =>
  (context: RoleContext): Problem[] => {
    if (context.server.role === null) return [];
    const problem = look(context.server.role, context);
    return problem === undefined ? [] : [{ object: context.settings.role, ...problem }];
  };

const alterRole = ({ settings }: CheckContext, attribute: string, isSafe: boolean): Fix =>
  runSql(settings.postgres.adminDatabase, `ALTER ROLE ${quoteIdentifier(settings.role)} ${attribute};`, {
    isSafe,
  });

const missing = defineCheck({
  code: "ROLE_MISSING",
  severity: "error",
  scope: "server",
  needs: ["server"],
  title: "Debezium's role exists",
  why: "Debezium logs in as a role of its own, which may replicate and read and nothing else.",
  remedy: "`cdc-pipeline prepare DATABASE` makes it.",
  look: ({ server, settings: { role, databases } }) =>
    server.role === null
      ? [
          {
            object: role,
            seen: "there is no such role",
            fix: runPrepare(databases[0]?.database ?? "DATABASE"),
          },
        ]
      : [],
});

const login = defineCheck({
  code: "ROLE_WITHOUT_LOGIN",
  severity: "error",
  scope: "server",
  needs: ["server"],
  title: "Debezium's role may log in",
  why: "A role without LOGIN is refused at every connection.",
  remedy: "`ALTER ROLE … LOGIN;`",
  look: ofRole((role, context) =>
    role.canLogin ? undefined : { seen: "NOLOGIN", fix: alterRole(context, "LOGIN", true) },
  ),
});

const replication = defineCheck({
  code: "ROLE_WITHOUT_REPLICATION",
  severity: "error",
  scope: "server",
  needs: ["server"],
  title: "Debezium's role may replicate",
  why: "Without REPLICATION no slot can be made or read. Debezium only writes that to its log.",
  remedy: "`ALTER ROLE … REPLICATION;` (RDS: `GRANT rds_replication TO …;`)",
  look: ofRole((role, context) =>
    role.canReplicate ? undefined : { seen: "NOREPLICATION", fix: alterRole(context, "REPLICATION", true) },
  ),
});

const superuser = defineCheck({
  code: "ROLE_IS_SUPERUSER",
  severity: "warning",
  scope: "server",
  needs: ["server"],
  title: "Debezium's role is no superuser",
  why: "Its password lies in Kafka Connect's configuration: whoever reads that could do anything to every database of the server.",
  remedy: "`ALTER ROLE … NOSUPERUSER;`, then `cdc-pipeline prepare DATABASE` grants what is needed.",
  look: ofRole((role, context) =>
    role.isSuperuser ? { seen: "SUPERUSER", fix: alterRole(context, "NOSUPERUSER", false) } : undefined,
  ),
});

const expiry = defineCheck({
  code: "ROLE_PASSWORD_EXPIRES",
  severity: "error",
  scope: "server",
  needs: ["server"],
  title: "The password of Debezium's role does not expire soon",
  why: "Once it has expired, the next connection is refused, and the slot keeps WAL from then on.",
  remedy: "`ALTER ROLE … VALID UNTIL 'infinity';`, or a later date.",
  look: ofRole(({ expiresInSeconds: seconds }, context) => {
    if (seconds === null || seconds > EXPIRY_WARNING_SECONDS) return undefined;
    const text = formatDuration(Math.abs(seconds) * 1000);
    return {
      severity: seconds <= 0 ? "error" : "warning",
      seen: seconds <= 0 ? `expired ${text} ago` : `expires in ${text}`,
      fix: alterRole(context, "VALID UNTIL 'infinity'", false),
    };
  }),
});

const connectionLimit = defineCheck({
  code: "ROLE_CONNECTION_LIMIT",
  severity: "warning",
  scope: "server",
  needs: ["server"],
  title: "Debezium's role may open as many connections as its connectors need",
  why: "Beyond its connection limit the role is refused, and a connector fails in the middle of its work.",
  remedy: "`ALTER ROLE … CONNECTION LIMIT -1;`, or a higher limit.",
  look: ofRole(({ connectionLimit: limit }, context) => {
    const needed = CONNECTIONS_A_CONNECTOR * Math.max(1, context.settings.databases.length);
    if (limit < 0 || limit >= needed) return undefined;
    return {
      seen: `CONNECTION LIMIT ${limit}; ${needed} are needed`,
      fix: alterRole(context, "CONNECTION LIMIT -1", true),
    };
  }),
});

const md5 = defineCheck({
  code: "ROLE_PASSWORD_MD5",
  severity: "warning",
  scope: "server",
  needs: ["server"],
  title: "The role's password is kept as SCRAM",
  why: "MD5 can be broken, and PostgreSQL is about to drop it: from 18 on it warns at each use.",
  remedy:
    "In psql: `SET password_encryption = 'scram-sha-256';`, then `\\password ROLE` with the password that it has.",
  look: ofRole(({ passwordKind }, { settings: { role } }) => {
    if (passwordKind !== "md5") return undefined;
    const text = `in psql: SET password_encryption = 'scram-sha-256'; then \\password ${role} with the password that it has`;
    return { seen: "the password is kept as MD5", fix: { kind: "advice", text } };
  }),
});

export const ROLE_CHECKS: readonly Check[] = [
  missing,
  login,
  replication,
  expiry,
  superuser,
  connectionLimit,
  md5,
];

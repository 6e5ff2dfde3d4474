import { quoteIdentifier, quoteLiteral } from "../../../clients/postgres.js";
import { CdcError } from "../../../errors.js";
import { MARK } from "../../own-objects.js";
import { otherPassword } from "../../role-password.js";
import type { DatabaseFacts, RoleFacts } from "../facts/database-facts.js";
import type { PlannedStatement, PlannedStep } from "./planned-step.js";
import type { PrepareSettings } from "./prepare-settings.js";

const FIRST_TO_DELEGATE_REPLICATION = 160_000;
const PASSWORD = { secret: "debezium_password" } as const;
const GROUP = "rds_replication";

/** @throws CdcError ROLE_UNSUITABLE, SUPERUSER_NEEDED */
export function planRole(facts: DatabaseFacts, settings: PrepareSettings): PlannedStep {
  const step = `role ${settings.role}`;
  const { role } = facts;
  if (role === null) return planNewRole(step, facts, settings);
  refuseUnsuitable(role, settings);
  const name = quoteIdentifier(settings.role);
  const byGroup = grantsByGroup(facts);
  const attributes = [
    ...(role.superuser ? ["NOSUPERUSER"] : []),
    ...(role.login ? [] : ["LOGIN"]),
    ...(role.replication || byGroup ? [] : ["REPLICATION"]),
    ...(role.createdb || !mayGiveCreatedb(facts, settings) ? [] : ["CREATEDB"]),
  ];
  const needsGroup = !role.replication && byGroup;
  const details = [
    ...(attributes.length === 0 ? [] : [`gets ${attributes.join(" ").toLowerCase()}`]),
    ...(needsGroup ? [`gets into ${GROUP}`] : []),
    ...(settings.hasOtherPassword ? ["gets the password of debezium.password"] : []),
  ];
  const changes = attributes.length > 0 || settings.hasOtherPassword;
  const sql = [
    ...(changes ? [alterRole(name, attributes, settings.hasOtherPassword)] : []),
    ...(needsGroup ? [`GRANT ${GROUP} TO ${name}`] : []),
  ];
  if (sql.length === 0) return { step, status: "unchanged", sql };
  const mustDelegate = attributes.includes("REPLICATION") && !mayGiveReplication(facts, settings);
  if (mustDelegate || (changes && !facts.admin.mayAlterRole)) {
    throw superuserNeeded(settings, `cannot change the role ${settings.role}`, [
      alterRole(name, attributes, settings.hasOtherPassword),
    ]);
  }
  return { step, status: "updated", detail: details.join(", "), sql };
}

function planNewRole(step: string, facts: DatabaseFacts, settings: PrepareSettings): PlannedStep {
  const { admin } = facts;
  const name = quoteIdentifier(settings.role);
  const byGroup = grantsByGroup(facts);
  const createdb = mayGiveCreatedb(facts, settings) ? " CREATEDB" : "";
  const create = (rights: string): PlannedStatement => [
    `CREATE ROLE ${name} WITH ${rights} NOSUPERUSER PASSWORD `,
    PASSWORD,
  ];
  const isEnabled =
    admin.isSuperuser || (admin.createrole && (byGroup || mayGiveReplication(facts, settings)));
  if (!isEnabled) {
    throw superuserNeeded(settings, `cannot make the role ${settings.role} with the right to replicate`, [
      create("LOGIN REPLICATION CREATEDB"),
    ]);
  }
  const replication = byGroup ? "" : " REPLICATION";
  const rights = [
    "login",
    byGroup ? GROUP : "replication",
    ...(createdb === "" ? [] : ["createdb"]),
    "no superuser",
  ];
  return {
    step,
    status: "created",
    detail: rights.join(", "),
    sql: [
      create(`LOGIN${replication}${createdb}`),
      `COMMENT ON ROLE ${name} IS ${quoteLiteral(`${MARK}: reads changes for Debezium`)}`,
      ...(byGroup ? [`GRANT ${GROUP} TO ${name}`] : []),
    ],
  };
}

function refuseUnsuitable(
  role: RoleFacts,
  { role: name, adminUser, adopt, hasOtherPassword }: PrepareSettings,
) {
  if (role.superuser && (!adopt || name === adminUser)) {
    const ownRole = "give Debezium a role of its own (debezium.user in cdc-pipeline.yaml)";
    throw new CdcError("ROLE_UNSUITABLE", `the role ${name} exists and is a superuser`, {
      hint:
        name === adminUser
          ? ownRole
          : `${ownRole}, or take its rights from it: ALTER ROLE ${quoteIdentifier(name)} NOSUPERUSER; --adopt does that`,
    });
  }
  if (hasOtherPassword && !adopt) throw otherPassword(name);
}

function alterRole(name: string, attributes: readonly string[], withPassword: boolean): PlannedStatement {
  const alter = `ALTER ROLE ${[name, "WITH", ...attributes].join(" ")}`;
  return withPassword ? [`${alter} PASSWORD `, PASSWORD] : alter;
}

const grantsByGroup = ({ admin, hasReplicationGroup }: DatabaseFacts): boolean =>
  hasReplicationGroup && !admin.isSuperuser;

function mayGiveReplication({ admin }: DatabaseFacts, { serverVersion }: PrepareSettings): boolean {
  return admin.isSuperuser || (serverVersion >= FIRST_TO_DELEGATE_REPLICATION && admin.replication);
}

/** The right to make databases is good to have for Debezium, but capture does not need it. */
function mayGiveCreatedb({ admin }: DatabaseFacts, { serverVersion }: PrepareSettings): boolean {
  if (admin.isSuperuser) return true;
  return admin.mayAlterRole && (serverVersion < FIRST_TO_DELEGATE_REPLICATION || admin.createdb);
}

function superuserNeeded(
  { adminUser }: PrepareSettings,
  what: string,
  statements: readonly PlannedStatement[],
): CdcError {
  const sql = statements.map((statement) =>
    typeof statement === "string"
      ? statement
      : statement.map((part) => (typeof part === "string" ? part : "'PASSWORD'")).join(""),
  );
  return new CdcError("SUPERUSER_NEEDED", `${adminUser} is no superuser and ${what}`, {
    hint: `have a superuser run this, and run prepare again: ${sql.map((one) => `${one};`).join(" ")}`,
  });
}

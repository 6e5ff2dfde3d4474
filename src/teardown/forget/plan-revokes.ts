import { quoteIdentifier } from "../../clients/postgres.js";
import { count, several } from "../../stages/count.js";
import { OWN_SCHEMA } from "../../stages/own-objects.js";
import type { RightsRecord } from "../../stages/rights-record.js";
import type { ForgetFacts, HeldRight } from "./forget-facts.js";

/** Which rights go and which stay. */
export interface RevokePlan {
  readonly sql: readonly string[];
  /** In words: `SELECT on 3 tables`. */
  readonly revoked: readonly string[];
  /** Why others stay, a clause each. */
  readonly kept: readonly string[];
}

export interface RevokeSettings {
  readonly database: string;
  readonly role: string;
  /** The schema of the program goes, and the rights to what is in it. */
  readonly dropsOwnSchema: boolean;
}

/**
 * Takes back what `prepare` gave. What the role could do before is known from the record; where there is none, from
 * the role: one that this program made could do nothing before.
 */
export function planRevokes(
  { rights, columnGrants, isRoleOurs }: ForgetFacts,
  record: RightsRecord | undefined,
  { database, role, dropsOwnSchema }: RevokeSettings,
): RevokePlan {
  const isOwn = ({ kind, schema, object }: HeldRight) =>
    schema === OWN_SCHEMA || (kind === "USAGE" && object === OWN_SCHEMA);
  const ofApplication = rights.filter((right) => !(dropsOwnSchema && isOwn(right)));
  if (record?.role !== role && isRoleOurs !== true) {
    const kept = `its rights: ${role} was not made by cdc-pipeline, and what it could do before is not known`;
    return { sql: [], revoked: [], kept: ofApplication.length === 0 ? [] : [kept] };
  }
  const before = new Set(record?.role === role ? record.held : []);
  const given = ofApplication.filter(({ held }) => !before.has(held));
  const going = given.filter(({ isReachable }) => isReachable);
  const early = ofApplication.filter(({ held }) => before.has(held)).map(describeRight);
  const unreachable = given.filter(({ isReachable }) => !isReachable).map(describeRight);
  return {
    sql: revokesOf(going, columnGrants, database, quoteIdentifier(role)),
    revoked: countRights(going),
    kept: [
      ...(early.length === 0 ? [] : [`what it could do before: ${several(early)}`]),
      ...(unreachable.length === 0 ? [] : [`what somebody else gave: ${several(unreachable)}`]),
    ],
  };
}

const describeRight = ({ kind, object, schema }: HeldRight): string => {
  if (kind === "CONNECT") return "CONNECT";
  if (kind === "USAGE" || kind === "SELECT") return `${kind} on ${object ?? ""}`;
  const what = kind === "LATER TABLES" ? "tables" : "schemas";
  return `later ${what} of ${object ?? ""}${schema === null ? "" : ` in ${schema}`}`;
};

function countRights(rights: readonly HeldRight[]): string[] {
  const of = (kind: HeldRight["kind"]) => rights.filter((right) => right.kind === kind);
  const makers = new Set(rights.filter(({ kind }) => kind.startsWith("LATER")).map(({ object }) => object));
  return [
    ...(of("CONNECT").length === 0 ? [] : ["CONNECT"]),
    ...(of("USAGE").length === 0 ? [] : [`USAGE on ${count(of("USAGE").length, "schema")}`]),
    ...(of("SELECT").length === 0 ? [] : [`SELECT on ${count(of("SELECT").length, "table")}`]),
    ...(makers.size === 0 ? [] : [`what ${several([...makers].map(String))} will make`]),
  ];
}

function revokesOf(
  rights: readonly HeldRight[],
  columnGrants: ForgetFacts["columnGrants"],
  database: string,
  role: string,
): string[] {
  const of = (kind: HeldRight["kind"]) => rights.filter((right) => right.kind === kind);
  const objects = (kind: HeldRight["kind"]) => of(kind).map(({ object }) => object ?? "");
  const tables = objects("SELECT");
  const later = (maker: string | null, schema: string | null) =>
    `ALTER DEFAULT PRIVILEGES FOR ROLE ${maker ?? ""}${schema === null ? "" : ` IN SCHEMA ${quoteIdentifier(schema)}`} REVOKE`;
  return [
    ...of("LATER TABLES").map(
      ({ object, schema }) => `${later(object, schema)} SELECT ON TABLES FROM ${role}`,
    ),
    ...of("LATER SCHEMAS").map(
      ({ object, schema }) => `${later(object, schema)} USAGE ON SCHEMAS FROM ${role}`,
    ),
    ...(tables.length === 0 ? [] : [`REVOKE SELECT ON TABLE ${tables.join(", ")} FROM ${role}`]),
    // The REVOKE has taken these too, and they were there before or are somebody else's.
    ...columnGrants.filter(({ object }) => tables.includes(object)).map(({ sql }) => sql),
    ...(of("USAGE").length === 0
      ? []
      : [`REVOKE USAGE ON SCHEMA ${objects("USAGE").join(", ")} FROM ${role}`]),
    ...of("CONNECT").map(() => `REVOKE CONNECT ON DATABASE ${quoteIdentifier(database)} FROM ${role}`),
  ];
}

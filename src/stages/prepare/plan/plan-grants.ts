import { quoteIdentifier } from "../../../clients/postgres.js";
import { CdcError } from "../../../errors.js";
import { count, several } from "../../count.js";
import { OWN_SCHEMA } from "../../own-objects.js";
import type { DatabaseFacts } from "../facts/database-facts.js";
import type { PlannedStep } from "./planned-step.js";
import type { PrepareSettings } from "./prepare-settings.js";

/** @throws CdcError RIGHT_MISSING */
export function planGrants(facts: DatabaseFacts, settings: PrepareSettings): PlannedStep {
  const step = "grants";
  const role = quoteIdentifier(settings.role);
  refuseOutOfReach(facts, settings);
  // What this very transaction makes is not among the facts yet.
  const own = facts.hasProbeTable ? [] : [OWN_SCHEMA];
  const usage = [...facts.schemasWithoutUsage, ...own];
  const select = [...facts.schemasWithoutSelect, ...own];
  const inAll = (schemas: readonly string[]) => [...new Set(schemas)].map(quoteIdentifier).join(", ");
  const later = laterOwners(facts);
  // Of a template it would be a right on the template itself; a new database is open to everybody.
  const needsConnect = !facts.hasConnect && !settings.isTemplate;
  const sql = [
    ...(needsConnect ? [`GRANT CONNECT ON DATABASE ${quoteIdentifier(settings.database)} TO ${role}`] : []),
    ...(usage.length === 0 ? [] : [`GRANT USAGE ON SCHEMA ${inAll(usage)} TO ${role}`]),
    ...(select.length === 0 ? [] : [`GRANT SELECT ON ALL TABLES IN SCHEMA ${inAll(select)} TO ${role}`]),
    ...later.everywhere.flatMap((owner) => {
      const defaults = `ALTER DEFAULT PRIVILEGES FOR ROLE ${quoteIdentifier(owner)} GRANT`;
      return [`${defaults} SELECT ON TABLES TO ${role}`, `${defaults} USAGE ON SCHEMAS TO ${role}`];
    }),
    ...later.inSchemas.map(
      ({ owner, schemas }) =>
        `ALTER DEFAULT PRIVILEGES FOR ROLE ${quoteIdentifier(owner)} IN SCHEMA ${inAll(schemas)} GRANT SELECT ON TABLES TO ${role}`,
    ),
  ];
  const tables = count(facts.tables, "table");
  if (sql.length === 0) return { step, status: "unchanged", detail: tables, sql };
  const owners = [...later.everywhere, ...later.inSchemas.map(({ owner }) => owner)];
  const detail = owners.length === 0 ? tables : `${tables}, and later ones of ${several(owners)}`;
  const isNew = facts.role === null || !facts.hasProbeTable;
  return { step, status: isNew ? "created" : "updated", detail, sql };
}

/** The owners whose later tables will be readable from now on: those that the administrator may speak for. */
function laterOwners({ ownersWithoutDefaults, defaultsMissingInSchemas, ownersOutOfReach }: DatabaseFacts) {
  const isWithinReach = (owner: string) => !ownersOutOfReach.includes(owner);
  const owners = new Set(defaultsMissingInSchemas.map(({ owner }) => owner));
  return {
    everywhere: ownersWithoutDefaults.filter(isWithinReach),
    inSchemas: [...owners].filter(isWithinReach).map((owner) => ({
      owner,
      schemas: defaultsMissingInSchemas.filter((one) => one.owner === owner).map(({ schema }) => schema),
    })),
  };
}

/** A grant that is left out would be a table whose rows are missing, so there is none. */
function refuseOutOfReach(facts: DatabaseFacts, { role, adminUser, database }: PrepareSettings): void {
  const [schema] = facts.schemasOutOfReach;
  if (schema !== undefined) {
    throw new CdcError(
      "RIGHT_MISSING",
      `in ${database}, ${adminUser} may not grant ${role} the use of ${several(facts.schemasOutOfReach)}`,
      {
        hint: `have the schema's owner run: GRANT USAGE ON SCHEMA ${quoteIdentifier(schema)} TO ${quoteIdentifier(role)}; or leave the schema out with --schemas`,
        details: { schemas: facts.schemasOutOfReach },
      },
    );
  }
  const [first] = facts.tablesOutOfReach;
  if (first === undefined) return;
  const owners = [...new Set(facts.tablesOutOfReach.map(({ owner }) => owner))];
  const grants = owners.map((owner) => `GRANT ${quoteIdentifier(owner)} TO ${quoteIdentifier(adminUser)};`);
  throw new CdcError(
    "RIGHT_MISSING",
    `in ${database}, only their owners can have these tables captured, and ${adminUser} is no member of ${several(owners)}: ` +
      several(facts.tablesOutOfReach.map(({ table }) => table)),
    {
      hint: `have a superuser run: ${grants.join(" ")} or name the schemas to capture with --schemas`,
      details: { tables: facts.tablesOutOfReach },
    },
  );
}

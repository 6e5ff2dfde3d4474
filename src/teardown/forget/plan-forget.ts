import { quoteIdentifier } from "../../clients/postgres.js";
import { several } from "../../stages/count.js";
import { OWN_SCHEMA } from "../../stages/own-objects.js";
import { readRecord } from "../../stages/rights-record.js";
import { SCHEMA_PERMISSIONS } from "../../stages/setup-function.js";
import type { ForgetFacts, MarkedObject, OwnSchema } from "./forget-facts.js";
import { type ForgetStep, goes, stays } from "./forget-step.js";
import { planRevokes, type RevokePlan } from "./plan-revokes.js";

export interface ForgetSettings {
  readonly database: string;
  readonly role: string;
  readonly publication: string;
  /** Slots that are gone by then. */
  readonly ownSlots: readonly string[];
  /** Slots of which a connector tells that it reads another publication. */
  readonly unrelatedSlots: readonly string[];
  /** Connectors of somebody else that read the publication in this database. */
  readonly publicationReaders: readonly string[];
  /** Connectors of somebody else that log in to this database as the role. */
  readonly roleUsers: readonly string[];
}

export interface ForgetPlan {
  /** In the order in which they are done, in one transaction. */
  readonly steps: readonly ForgetStep[];
  /** Something in this database will still depend on the role. */
  readonly needsRole: boolean;
}

/** What has to be done inside one database so that it is as it was before `prepare`. Only what is ours goes. */
export function planForget(facts: ForgetFacts, settings: ForgetSettings): ForgetPlan {
  const users = usersOf(facts, settings);
  const publication = planPublication(facts, settings);
  const own = planOwnSchema(facts.schema, users);
  const revokes = planRights(facts, settings, users, own.at(-1)?.status === "removed");
  const ownsPublication = facts.publication?.isOwnedByRole === true && publication.status === "unchanged";
  const steps = [publication, describeRevokes(settings.role, facts, revokes), ...own, planFunction(facts)];
  return {
    steps: steps.map((step) => ({ ...step, database: settings.database })),
    needsRole: revokes.kept.length > 0 || facts.otherDependents.length > 0 || ownsPublication,
  };
}

function usersOf({ slotsRead }: ForgetFacts, { ownSlots, roleUsers }: ForgetSettings): string[] {
  const readers = slotsRead.filter((slot) => !ownSlots.includes(slot));
  return [
    ...roleUsers.map((connector) => `connector ${connector}`),
    ...readers.map((slot) => `the reader of slot ${slot}`),
  ];
}

type Step = Omit<ForgetStep, "database">;

const NONE = "there is none";

function planPublication({ publication, slots }: ForgetFacts, settings: ForgetSettings): Step {
  const step = `publication ${settings.publication}`;
  if (publication === null) return stays(step, NONE);
  const known = [...settings.ownSlots, ...settings.unrelatedSlots];
  const readers = [
    ...settings.publicationReaders.map((connector) => `connector ${connector}`),
    ...slots.filter((slot) => !known.includes(slot)).map((slot) => `slot ${slot}`),
  ];
  if (publication.isOurs && readers.length > 0) return stays(step, `stays: ${several(readers)} may read it`);
  return drop(step, publication, `DROP PUBLICATION ${quoteIdentifier(settings.publication)}`);
}

/** The schema last; it tells what the role could do before, so it stays where rights do. */
function planOwnSchema(schema: OwnSchema | null, users: readonly string[]): Step[] {
  const step = `schema ${OWN_SCHEMA}`;
  if (schema === null) return [stays(step, NONE)];
  if (users.length > 0) return [stays(step, `stays: ${several(users)} logs in as the role`)];
  const tables = schema.tables.map((table) => drop(`table ${table.name}`, table, `DROP TABLE ${table.name}`));
  const left = [
    ...tables.filter(({ status }) => status === "unchanged").map(({ step: table }) => table),
    ...schema.others,
  ];
  if (left.length > 0) return [...tables, stays(step, `stays: it holds ${several(left)}`)];
  return [...tables, drop(step, schema, `DROP SCHEMA ${OWN_SCHEMA}`)];
}

function planFunction({ function: found }: ForgetFacts): Step {
  const { name, signature } = SCHEMA_PERMISSIONS;
  const step = `function ${name}`;
  return found === null ? stays(step, NONE) : drop(step, found, `DROP FUNCTION ${signature}`);
}

/** Drops what is ours, where the administrator may. */
export function drop(step: string, { isOurs, isReachable }: MarkedObject, sql: string): Step {
  if (!isOurs) return stays(step, "stays: not made by cdc-pipeline");
  return isReachable ? goes(step, [sql]) : stays(step, `stays: only its owner may: ${sql};`);
}

function planRights(
  facts: ForgetFacts,
  { database, role }: ForgetSettings,
  users: readonly string[],
  dropsOwnSchema: boolean,
): RevokePlan {
  const { schema, rights } = facts;
  const keep = (reason: string): RevokePlan => ({ sql: [], revoked: [], kept: [reason] });
  if (rights.length === 0) return { sql: [], revoked: [], kept: [] };
  if (users.length > 0) return keep(`all that ${several(users)} needs`);
  const isPrepared = schema !== null && (schema.isOurs || schema.tables.some(({ isOurs }) => isOurs));
  // A second run must not take what the first has left, and the record of it is gone.
  if (!isPrepared) return keep("what nobody knows to be of prepare, as there is no schema of cdc-pipeline");
  return planRevokes(facts, readRecord(schema.comment ?? ""), { database, role, dropsOwnSchema });
}

function describeRevokes(
  role: string,
  { otherDependents }: ForgetFacts,
  { sql, revoked, kept: keptRights }: RevokePlan,
): Step {
  const step = `rights of ${role}`;
  const kept = [
    ...keptRights,
    ...(otherDependents.length === 0 ? [] : [`what prepare does not give: ${several(otherDependents)}`]),
  ];
  const details = [...revoked, ...(kept.length === 0 ? [] : [`stays: ${kept.join("; ")}`])];
  if (sql.length > 0) return goes(step, sql, details.join(", "));
  return stays(step, details.length === 0 ? NONE : details.join(", "));
}

import { quoteIdentifier } from "../../clients/postgres.js";
import { count, several } from "../../stages/count.js";
import { TEMPLATE } from "../../stages/prepare/prepare-options.js";
import type { OtherConnector } from "./find-capture.js";
import { type ForgetStep, goes, stays } from "./forget-step.js";
import { drop } from "./plan-forget.js";
import type { ServerFacts } from "./server-facts.js";

export interface ServerSettings {
  readonly role: string;
  /** The databases that are forgotten. */
  readonly forgotten: readonly string[];
  /** Those of them in which something will still depend on the role. */
  readonly needingRole: readonly string[];
  /** Slots that are gone by then. */
  readonly ownSlots: readonly string[];
  readonly dropsRole: boolean;
  readonly others: readonly OtherConnector[];
}

/** What goes from the server with the last of its databases: the administrator's functions and, if asked, the role. */
export function planServer(facts: ServerFacts, settings: ServerSettings): ForgetStep[] {
  const dependents = facts.role?.dependents ?? [];
  const elsewhere = dependents.filter((name) => !settings.forgotten.includes(name));
  const functions = facts.functions.map((found) => {
    const step = `function ${found.name}`;
    return elsewhere.length === 0
      ? drop(step, found, `DROP FUNCTION ${found.signature}`)
      : stays(step, `stays: ${settings.role} is needed by ${described(elsewhere)}`);
  });
  const role = settings.dropsRole ? [planRole(facts, elsewhere, settings)] : [];
  return [...functions, ...role].map((step) => ({ ...step, database: null }));
}

function planRole(
  { role: found }: ServerFacts,
  elsewhere: readonly string[],
  { role, needingRole, ownSlots, others }: ServerSettings,
): Omit<ForgetStep, "database"> {
  const step = `role ${role}`;
  if (found === null) return stays(step, "there is none");
  if (!found.isOurs) return stays(step, "stays: not made by cdc-pipeline");
  const connectors = others.filter(({ user }) => user === undefined || user === role);
  const readers = found.slotsRead.filter((slot) => !ownSlots.includes(slot));
  const users = [
    ...(elsewhere.length + needingRole.length === 0 ? [] : [described([...elsewhere, ...needingRole])]),
    ...connectors.map(({ name }) => `connector ${name}`),
    ...readers.map((slot) => `the reader of slot ${slot}`),
  ];
  if (users.length > 0) return stays(step, `stays: needed by ${several(users)}`);
  return goes(step, [`DROP ROLE ${quoteIdentifier(role)}`]);
}

function described(names: readonly string[]): string {
  const distinct = [...new Set(names)];
  const list = several(distinct);
  const hint = distinct.includes(TEMPLATE) ? ` (forget --new-databases is for ${TEMPLATE})` : "";
  return distinct.length === 1 ? `${list}${hint}` : `${count(distinct.length, "database")}: ${list}${hint}`;
}

import { quoteIdentifier } from "../../../clients/postgres.js";
import { several } from "../../count.js";
import type { DatabaseFacts } from "../facts/database-facts.js";
import type { PrepareSettings } from "./prepare-settings.js";
import { publicationScope } from "./publication-scope.js";
import { fixesOf } from "./refuse-to-break.js";

/** What is not as it should be though nothing failed, each with what to do about it. */
export function planNotices(facts: DatabaseFacts, settings: PrepareSettings): string[] {
  const { database, role } = settings;
  const { tablesWithRowSecurity: secured, ownersOutOfReach } = facts;
  const broken = facts.tablesWithoutIdentity.filter(({ isPublished }) => isPublished);
  const notices: string[] = [];
  if (broken.length > 0) {
    const names = several(broken.map(({ table, reason }) => `${table} (${reason})`));
    notices.push(
      `in ${database}, UPDATE and DELETE fail now on published tables without a usable identity: ${names}; ${fixesOf(broken)}`,
    );
  }
  if (secured.length > 0) {
    notices.push(
      `in ${database}, row-level security hides rows of ${several(secured)} from the snapshot; ALTER ROLE ${quoteIdentifier(role)} BYPASSRLS;`,
    );
  }
  if (listsTables(facts, settings)) {
    notices.push(
      `in ${database}, the publication lists its tables: tables made later are not captured until prepare runs again`,
    );
  }
  if (ownersOutOfReach.length > 0) {
    notices.push(
      `in ${database}, tables that ${several(ownersOutOfReach)} will make cannot be granted in advance; ` +
        `run prepare again after they have, or let a superuser make ${settings.adminUser} a member of them`,
    );
  }
  if (settings.isTemplate) {
    notices.push(
      "in every database made from now on, UPDATE and DELETE fail on tables without a usable primary key; " +
        "databases made from template0 are not covered",
    );
  }
  return notices;
}

function listsTables(facts: DatabaseFacts, settings: PrepareSettings): boolean {
  if (facts.publication?.allTables === true) return false;
  return publicationScope(facts, settings) === "tables";
}

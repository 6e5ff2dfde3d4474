import type { DatabaseFacts } from "../facts/database-facts.js";
import { adaptPublication } from "./adapt-publication.js";
import { createPublication } from "./create-publication.js";
import type { PlannedStep } from "./planned-step.js";
import type { PrepareSettings } from "./prepare-settings.js";
import { publicationScope } from "./publication-scope.js";
import { refuseToBreak } from "./refuse-to-break.js";

/** @throws CdcError SUPERUSER_NEEDED, PUBLICATION_UNSUITABLE, PUBLICATION_IN_USE, RIGHT_MISSING, TABLES_WITHOUT_IDENTITY */
export function planPublication(facts: DatabaseFacts, settings: PrepareSettings): PlannedStep {
  const scope = publicationScope(facts, settings);
  if (facts.publication !== null) return adaptPublication(facts, facts.publication, scope, settings);
  refuseToBreak(facts.tablesWithoutIdentity, settings.database);
  return {
    step: `publication ${settings.publication}`,
    status: "created",
    ...createPublication(facts, scope, settings),
  };
}

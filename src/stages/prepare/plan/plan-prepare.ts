import { CdcError } from "../../../errors.js";
import { SCHEMA_PERMISSIONS } from "../../setup-function.js";
import type { DatabaseFacts } from "../facts/database-facts.js";
import { planGrants } from "./plan-grants.js";
import { planNotices } from "./plan-notices.js";
import { planProbeTable } from "./plan-probe-table.js";
import { planPublication } from "./plan-publication.js";
import { planRole } from "./plan-role.js";
import { planSignalTable } from "./plan-signal-table.js";
import type { DatabaseSteps } from "./planned-step.js";
import type { PrepareSettings } from "./prepare-settings.js";
import { planFunctions } from "./setup-functions.js";

/**
 * What has to be done to a database, from what is there.
 * @throws CdcError where it cannot or must not be done: SCHEMA_MISSING, ROLE_UNSUITABLE, SUPERUSER_NEEDED,
 *   RIGHT_MISSING, PUBLICATION_UNSUITABLE, PUBLICATION_IN_USE, TABLES_WITHOUT_IDENTITY
 */
export function planPrepare(facts: DatabaseFacts, settings: PrepareSettings): DatabaseSteps {
  requireSchemas(facts, settings);
  return {
    steps: [
      planRole(facts, settings),
      planProbeTable(facts, settings),
      ...planSignalTable(facts, settings),
      planGrants(facts, settings),
      planPublication(facts, settings),
      planFunctions("setup function", facts.functions, [SCHEMA_PERMISSIONS], settings),
    ],
    notices: planNotices(facts, settings),
  };
}

function requireSchemas({ schemas }: DatabaseFacts, settings: PrepareSettings): void {
  const missing = settings.schemas.filter((schema) => !schemas.includes(schema));
  if (missing.length === 0) return;
  throw new CdcError("SCHEMA_MISSING", `there is no schema ${missing.join(", ")} in ${settings.database}`, {
    hint: `name some of these with --schemas: ${schemas.join(", ")}`,
    details: { missing, schemas },
  });
}

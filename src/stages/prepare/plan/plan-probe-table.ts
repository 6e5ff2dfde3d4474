import { quoteIdentifier, quoteLiteral } from "../../../clients/postgres.js";
import { CdcError } from "../../../errors.js";
import { MARK, OWN_SCHEMA, PROBE_TABLE } from "../../own-objects.js";
import { schemaComment } from "../../rights-record.js";
import type { DatabaseFacts } from "../facts/database-facts.js";
import type { PlannedStep } from "./planned-step.js";
import type { PrepareSettings } from "./prepare-settings.js";

/**
 * The table that `verify` puts its row into, in a schema of its own, so that no table of the application is
 * touched.
 * @throws CdcError RIGHT_MISSING
 */
export function planProbeTable(facts: DatabaseFacts, settings: PrepareSettings): PlannedStep {
  const step = `probe table ${PROBE_TABLE}`;
  if (facts.hasProbeTable) return { step, status: "unchanged", sql: [] };
  const admin = quoteIdentifier(settings.adminUser);
  if (!facts.admin.mayCreate) {
    throw new CdcError(
      "RIGHT_MISSING",
      `${settings.adminUser} may make neither schemas nor publications in ${settings.database}`,
      {
        hint: `have its owner run: GRANT CREATE ON DATABASE ${quoteIdentifier(settings.database)} TO ${admin};`,
      },
    );
  }
  // One that is there keeps its comment: it may tell what was before.
  const before = facts.holdsUnrecorded ? { role: settings.role, held: facts.held } : undefined;
  const schema = facts.schemas.includes(OWN_SCHEMA)
    ? []
    : [
        `CREATE SCHEMA IF NOT EXISTS ${OWN_SCHEMA} AUTHORIZATION ${admin}`,
        `COMMENT ON SCHEMA ${OWN_SCHEMA} IS ${quoteLiteral(schemaComment(before))}`,
      ];
  return {
    step,
    status: "created",
    sql: [
      ...schema,
      `CREATE TABLE ${PROBE_TABLE} (token uuid PRIMARY KEY, inserted_at timestamptz NOT NULL DEFAULT clock_timestamp())`,
      `COMMENT ON TABLE ${PROBE_TABLE} IS ${quoteLiteral(`${MARK}: empty but while cdc-pipeline verify runs`)}`,
    ],
  };
}

import { quoteIdentifier, quoteLiteral } from "../../../clients/postgres.js";
import { MARK, SIGNAL_TABLE } from "../../own-objects.js";
import type { DatabaseFacts } from "../facts/database-facts.js";
import type { PlannedStep } from "./planned-step.js";
import type { PrepareSettings } from "./prepare-settings.js";

/**
 * The table by which Debezium is asked for rows again, in the schema of the probe table. Debezium marks in it what it
 * reads, so its role writes there, and nowhere else. Nothing where it is not wanted.
 */
export function planSignalTable(facts: DatabaseFacts, settings: PrepareSettings): PlannedStep[] {
  if (settings.signals !== true) return [];
  const step = `signal table ${SIGNAL_TABLE}`;
  if (facts.hasSignalTable && facts.maySignal) return [{ step, status: "unchanged", sql: [] }];
  const grant = `GRANT SELECT, INSERT, DELETE ON ${SIGNAL_TABLE} TO ${quoteIdentifier(settings.role)}`;
  if (facts.hasSignalTable) return [{ step, status: "updated", sql: [grant] }];
  const comment = `${MARK}: by it cdc-pipeline reconcile asks Debezium for rows again`;
  return [
    {
      step,
      status: "created",
      sql: [
        `CREATE TABLE ${SIGNAL_TABLE} (id varchar(42) PRIMARY KEY, type varchar(32) NOT NULL, data text)`,
        `COMMENT ON TABLE ${SIGNAL_TABLE} IS ${quoteLiteral(comment)}`,
        grant,
      ],
    },
  ];
}

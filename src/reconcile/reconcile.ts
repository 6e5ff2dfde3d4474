import { withPostgres } from "../clients/postgres.js";
import type { Context } from "../context.js";
import { CdcError } from "../errors.js";
import { repeatCutOff } from "../repeat-cut-off.js";
import { runStage, type Stage } from "../run-stage.js";
import { compareTables } from "./compare/compare-tables.js";
import { findLiveConnector } from "./find-live-connector.js";
import type { ReconcileOptions } from "./reconcile-options.js";
import type { Reconciliation } from "./reconciliation.js";

/** A table may be altered while it is looked at: then all begins anew, but not for ever. */
const MAX_ATTEMPTS = 3;

/**
 * Proves whether every committed row of a database's captured tables is in Kafka with the same content, and nothing
 * else, while the application goes on writing. Writes nothing but a row into the program's probe table and out again.
 * @throws CdcError where there is no verdict
 */
export function reconcile(options: ReconcileOptions, context: Context): Promise<Reconciliation> {
  return runStage("reconcile", context, (stage) =>
    repeatCutOff(options.deployment.ways, context, () => reconcileDatabase(options, stage, context)),
  );
}

async function reconcileDatabase(
  options: ReconcileOptions,
  stage: Stage,
  context: Context,
): Promise<Reconciliation> {
  const startedMs = performance.now();
  const { database, deployment } = options;
  return withPostgres(deployment.endpoints.postgres, database, async (primary) => {
    const live = await findLiveConnector(options, primary, stage, context);
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      const found = await compareTables({ options, primary, ...live }, stage, context);
      if (found !== undefined) return { ...found, durationMs: Math.round(performance.now() - startedMs) };
      const message = "a table was altered or dropped meanwhile: the comparison begins once more";
      context.report({ type: "notice", message });
    }
    throw new CdcError("READING_CUT_OFF", "tables are altered again and again, so there is no verdict", {
      hint: "run it once the migration is through, or name tables that stay as they are: --table",
    });
  });
}

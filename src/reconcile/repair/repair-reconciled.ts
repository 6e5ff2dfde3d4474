import { describeKafka } from "../../clients/kafka/kafka-cluster.js";
import { withPostgres } from "../../clients/postgres.js";
import type { Context } from "../../context.js";
import { formatCount } from "../../format.js";
import { outcome, runStage, type Stage } from "../../run-stage.js";
import { findLiveConnector } from "../find-live-connector.js";
import type { ReconcileOptions } from "../reconcile-options.js";
import type { Reconciliation } from "../reconciliation.js";
import { findComparedTables } from "../tables/find-compared-tables.js";
import { planRepair, type RepairPlan, type RepairRequest } from "./plan-repair.js";
import { repairBySnapshot } from "./repair-by-snapshot.js";
import { signalChannelOf } from "./signal-channel.js";

/** What became of a repair. */
export interface Repair {
  /** Asked for; empty where there was nothing to ask for, or no consent. */
  readonly requests: readonly RepairRequest[];
  readonly notMended: readonly string[];
}

/**
 * Has Debezium read again what a reconciliation found lost or different. Comparing once more is the caller's.
 * @param agree asked before anything is written, where there is something to ask for
 * @throws CdcError SIGNALS_OFF before it asks; NOT_PREPARED, SNAPSHOT_NOT_DONE, and what finding the connector throws
 */
export function repairReconciled(
  options: ReconcileOptions,
  reconciliation: Reconciliation,
  agree: (plan: RepairPlan) => Promise<boolean>,
  context: Context,
): Promise<Repair> {
  return runStage("repair", context, (stage) => repair(options, reconciliation, agree, stage, context));
}

async function repair(
  options: ReconcileOptions,
  reconciliation: Reconciliation,
  agree: (plan: RepairPlan) => Promise<boolean>,
  stage: Stage,
  context: Context,
): Promise<Repair> {
  const { database, deployment, tables: wanted = [] } = options;
  const { postgres, kafka } = deployment.endpoints;
  return withPostgres(postgres, database, async (client) => {
    const { connector, requireLiveConnector } = await findLiveConnector(options, client, stage, context);
    const { config, names, publication } = connector;
    const found = await findComparedTables(client, {
      connector,
      wanted,
      ...(options.topics === undefined ? {} : { topics: options.topics }),
      describeTopics: (topics) => describeKafka(kafka, (topic) => topics.includes(topic)),
    });
    const plan = planRepair(
      reconciliation.tables.flatMap((result) => {
        const spec = found.tables.find(({ label }) => label === result.table)?.spec;
        return spec === undefined ? [] : [{ schema: spec.schema, name: spec.name, key: spec.key, result }];
      }),
    );
    const { notMended } = plan;
    if (plan.requests.length === 0) return { requests: [], notMended };
    signalChannelOf(names.connector, config);
    if (!(await agree(plan))) return { requests: [], notMended };
    const requests = await stage.step(
      "incremental snapshot",
      async (update) => {
        const way = { postgres, kafka, names, config, publication, context, update, requireLiveConnector };
        const asked = await repairBySnapshot({ ...way, plan });
        return outcome("updated", `${formatCount(asked.length)} tables`, asked);
      },
      { database },
    );
    return { requests, notMended };
  });
}

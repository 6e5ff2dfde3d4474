import { withPostgres } from "../../clients/postgres.js";
import type { Context } from "../../context.js";
import { repeatCutOff } from "../../repeat-cut-off.js";
import { outcome, type Stage } from "../../run-stage.js";
import type { Deployment, Target } from "../../targets/target.js";
import { requireLogicalWal } from "../require-logical-wal.js";

/**
 * Brings the servers of a target up, or finds them there, and looks whether PostgreSQL can be captured at all.
 * @throws CdcError WAL_LEVEL_NOT_LOGICAL, and what the target throws
 */
export async function deploy(target: Target, stage: Stage, context: Context): Promise<Deployment> {
  const deployment = await target.up(stage, context);
  const { endpoints, ways } = deployment;
  const { postgres } = endpoints;
  await repeatCutOff(ways, context, () =>
    stage.step("write-ahead log", () =>
      withPostgres(postgres, postgres.adminDatabase, async (client) => {
        const { rows } = await client.query<{ wal_level: string }>("SHOW wal_level");
        requireLogicalWal(rows[0]?.wal_level ?? "unknown");
        return outcome("unchanged", "logical");
      }),
    ),
  );
  return deployment;
}

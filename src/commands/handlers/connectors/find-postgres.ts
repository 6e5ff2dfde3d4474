import type { PostgresInReach } from "../../../connectors/read-positions.js";
import type { Context } from "../../../context.js";
import type { Target } from "../../../targets/target.js";

/** The target's PostgreSQL, found when it is needed. */
export const findPostgres =
  (target: Target, context: Context): (() => Promise<PostgresInReach>) =>
  async () => {
    const { endpoints, postgresFromConnect } = await target.find(context, ["postgres"]);
    return { endpoint: endpoints.postgres, fromConnect: postgresFromConnect };
  };

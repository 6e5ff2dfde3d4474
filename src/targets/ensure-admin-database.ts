import { quoteIdentifier, withPostgres } from "../clients/postgres.js";
import { outcome, type Stage } from "../run-stage.js";
import type { Deployment } from "./target.js";

/** Makes the database that the administrator connects to first, where it is missing. */
export async function ensureAdminDatabase(deployment: Deployment, stage: Stage): Promise<void> {
  const { postgres } = deployment.endpoints;
  await stage.step(`admin database ${postgres.adminDatabase}`, () =>
    withPostgres(postgres, "postgres", async (client) => {
      const { rowCount } = await client.query("SELECT FROM pg_database WHERE datname = $1", [
        postgres.adminDatabase,
      ]);
      if (rowCount !== 0) return outcome("unchanged");
      await client.query(`CREATE DATABASE ${quoteIdentifier(postgres.adminDatabase)}`);
      return outcome("created");
    }),
  );
}

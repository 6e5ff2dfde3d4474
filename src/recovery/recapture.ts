import type { ConnectEndpoint } from "../clients/connect/connect-endpoint.js";
import { createConnectClient } from "../clients/connect/create-connect-client.js";
import { withPostgres } from "../clients/postgres.js";
import type { Config } from "../config/config.js";
import type { Context } from "../context.js";
import { namesOf } from "../names.js";
import { type PipelineResult, runPipeline } from "../pipeline.js";
import { outcome, runStage, type Stage } from "../run-stage.js";
import type { Deployment } from "../targets/target.js";
import { resumeConnector } from "./connector-switch.js";
import { forgetPositions } from "./reset-capture.js";

/** Begins the capture of databases anew: a new slot, a snapshot of every row, and a proof. */
export async function recapture(
  config: Config,
  { endpoints }: Deployment,
  names: readonly string[],
  context: Context,
): Promise<PipelineResult> {
  const options = { config, databases: names.map((name) => ({ name })) };
  await runStage("recapture", context, (stage) => forgetPositions(endpoints, names, stage, context));
  // Before the connector starts, there must be what it reads: the target may lie before it was prepared.
  await runPipeline({ ...options, stages: ["prepare"] }, context);
  await runStage("resume", context, (stage) => resumeAll(endpoints.connect, names, stage, context));
  return runPipeline({ ...options, stages: ["register", "verify"] }, context);
}

async function resumeAll(
  connect: ConnectEndpoint,
  databases: readonly string[],
  stage: Stage,
  context: Context,
): Promise<void> {
  for (const database of databases) {
    const { connector } = namesOf(database);
    const resume = async (update: (message: string) => void) => {
      const client = createConnectClient(connect, { ...context, onWait: update });
      if ((await client.config(connector)) === undefined) return outcome("unchanged", "none yet");
      return resumeConnector(connect, connector, context, update);
    };
    await stage.step(`connector ${connector}`, resume, { database });
  }
}

/** Of the databases, those that the server has: what was made after the target of a restore is gone. */
export async function existingDatabases(
  { endpoints: { postgres } }: Deployment,
  names: readonly string[],
): Promise<string[]> {
  return withPostgres(postgres, "postgres", async (client) => {
    const { rows } = await client.query<{ name: string }>(
      "SELECT datname AS name FROM pg_database WHERE datname = ANY ($1)",
      [names],
    );
    const found = new Set(rows.map(({ name }) => name));
    return names.filter((name) => found.has(name));
  });
}

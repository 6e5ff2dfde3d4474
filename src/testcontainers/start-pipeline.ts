import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import type { Config } from "../config/config.js";
import { loadConfig } from "../config/load.js";
import type { Context } from "../context.js";
import { CdcError, toCdcError } from "../errors.js";
import { runPipeline } from "../pipeline.js";
import type { PipelineDatabase } from "../pipeline-options.js";
import { runStage } from "../run-stage.js";
import { parseSqlFile, readSqlFile } from "../sql/sql-file.js";
import type { Endpoints } from "../targets/target.js";
import { type ContainerPlans, planContainers } from "./container-plan.js";
import { ContainerSet } from "./container-set.js";
import type { ContainerDatabase, ContainersOptions } from "./containers-options.js";
import { connectToDocker, ensureImages } from "./docker.js";
import { startServers } from "./start-servers.js";
import { StartedCdcPipeline } from "./started-cdc-pipeline.js";
import { whileAlive } from "./while-alive.js";

/** Starts containers and takes the databases through all stages in them; what fails leaves nothing behind. */
export async function startPipeline(
  id: string,
  options: ContainersOptions,
  context: Context,
): Promise<StartedCdcPipeline> {
  const folder = await mkdtemp(join(tmpdir(), "cdc-pipeline-"));
  try {
    const databases = await Promise.all(options.databases.map((wish) => toFile(wish, folder)));
    // Before anything is started: a wrong file is known at once.
    for (const { schemaFile } of databases) parseSqlFile(await readSqlFile(schemaFile), schemaFile);
    context.signal.throwIfAborted();
    const docker = await connectToDocker();
    await ensureImages(docker, Object.values(options.images), context);
    const set = new ContainerSet(docker, id);
    try {
      return await startSet(set, planContainers(id, options), options, databases, folder, context);
    } catch (error) {
      // Where even that fails, Docker is away, and what was told before says so better.
      await set.remove().catch(() => undefined);
      throw error;
    }
  } catch (error) {
    throw context.signal.aborted ? aborted(error) : toCdcError(error);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function startSet(
  set: ContainerSet,
  plans: ContainerPlans,
  options: ContainersOptions,
  databases: readonly PipelineDatabase[],
  folder: string,
  context: Context,
): Promise<StartedCdcPipeline> {
  const { endpoints, network } = await runStage("containers", context, (stage) =>
    startServers(set, plans, options.network, stage, context),
  );
  const config = await configFor(endpoints, plans, options, folder);
  await whileAlive(set, context, (watched) => runPipeline({ config, databases }, watched));
  return new StartedCdcPipeline({
    set,
    plans,
    network,
    endpoints,
    config,
    databases: databases.map(({ name }) => name),
  });
}

function aborted(cause: unknown): CdcError {
  return new CdcError("INTERRUPTED", "the start was aborted; what had been started is removed", {
    hint: "the signal that was given to `start` ended it",
    cause,
  });
}

/** The pipeline takes files: SQL text becomes one, and a database without any begins empty. */
async function toFile({ name, schema, sql = "" }: ContainerDatabase, folder: string) {
  if (schema !== undefined) {
    const path =
      schema instanceof URL || schema.startsWith("file:") ? fileURLToPath(schema) : resolve(schema);
    return { name, schemaFile: path };
  }
  // The name is what an error in the text is told with.
  const schemaFile = join(folder, `${encodeURIComponent(name)}.sql`);
  await writeFile(schemaFile, sql);
  return { name, schemaFile };
}

/** @param folder an empty one, so that no configuration file of the working directory is read */
function configFor(
  { postgres, kafka, connect }: Endpoints,
  plans: ContainerPlans,
  { schemas }: ContainersOptions,
  folder: string,
): Promise<Config> {
  return loadConfig({
    cwd: folder,
    env: {},
    flags: {
      target: "external",
      "postgres.host": postgres.host,
      "postgres.port": postgres.port,
      "postgres.adminUser": postgres.adminUser,
      "postgres.adminPassword": postgres.adminPassword,
      "postgres.adminDatabase": postgres.adminDatabase,
      "kafka.brokers": kafka.brokers,
      "connect.url": connect.url,
      "fromConnect.postgresHost": plans.postgres.alias,
      "fromConnect.postgresPort": plans.postgres.portInNetwork,
      ...(schemas.length === 0 ? {} : { "debezium.schemas": schemas }),
    },
  });
}

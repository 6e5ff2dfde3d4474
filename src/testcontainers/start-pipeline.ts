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
import { type Endpoints, SERVERS } from "../targets/target.js";
import { type ContainerPlans, planContainers } from "./container-plan.js";
import { ContainerSet } from "./container-set.js";
import type { ContainerDatabase, ContainersOptions } from "./containers-options.js";
import { connectToDocker, ensureImages } from "./docker.js";
import { startServers } from "./start-servers.js";
import { StartedCdcPipeline } from "./started-cdc-pipeline.js";

/** Starts containers and takes the databases through all stages in them; what fails leaves nothing behind. */
export async function startPipeline(
  id: string,
  options: ContainersOptions,
  context: Context,
): Promise<StartedCdcPipeline> {
  const folder = await mkdtemp(join(tmpdir(), "cdc-pipeline-"));
  try {
    const databases = await Promise.all(options.databases.map((wish, index) => toFile(wish, folder, index)));
    // Before anything is started: a wrong file is known at once.
    for (const { schemaFile } of databases) parseSqlFile(await readSqlFile(schemaFile), schemaFile);
    context.signal.throwIfAborted();
    const docker = await connectToDocker();
    await ensureImages(docker, Object.values(options.images), context);
    const set = new ContainerSet(docker, id);
    try {
      return await startSet(set, planContainers(id, options), options, databases, folder, context);
    } catch (error) {
      const told = await tellWhoDied(set, error);
      // Where even that fails, Docker is away, and what was told before says so better.
      await set.remove().catch(() => undefined);
      throw told;
    }
  } catch (error) {
    throw toCdcError(error);
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
  await runPipeline({ config, databases }, context);
  return new StartedCdcPipeline({
    set,
    plans,
    network,
    endpoints,
    config,
    databases: databases.map(({ name }) => name),
  });
}

/** The pipeline takes files: SQL text becomes one, and a database without any begins empty. */
async function toFile({ name, schema, sql = "" }: ContainerDatabase, folder: string, index: number) {
  if (schema !== undefined) {
    const path =
      schema instanceof URL || schema.startsWith("file:") ? fileURLToPath(schema) : resolve(schema);
    return { name, schemaFile: path };
  }
  const schemaFile = join(folder, `database-${index + 1}.sql`);
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
      "connect.url": connect,
      "fromConnect.postgresHost": plans.postgres.alias,
      "fromConnect.postgresPort": plans.postgres.portInNetwork,
      ...(schemas.length === 0 ? {} : { "debezium.schemas": schemas }),
    },
  });
}

/** What a stage fails of may be that a container has ended meanwhile, and then that is what matters. */
async function tellWhoDied(set: ContainerSet, error: unknown): Promise<unknown> {
  try {
    for (const server of SERVERS) await set.requireAlive(server);
    return error;
  } catch (death) {
    return death instanceof CdcError ? death : error;
  }
}

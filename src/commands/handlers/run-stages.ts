import { relative, resolve } from "node:path";

import type { Handler } from "../../cli/command.js";
import type { Config } from "../../config/config.js";
import { CdcError } from "../../errors.js";
import { checkDatabaseName, namesOf } from "../../names.js";
import { packagePath } from "../../package-root.js";
import { type PipelineDatabase, type PipelineResult, runPipeline } from "../../pipeline.js";
import type { StageName } from "../../progress.js";
import { parseSqlFile, readSqlFile } from "../../sql/sql-file.js";
import type { DatabaseDocument, EndpointsDocument } from "../../ui/documents.js";
import { renderEvidence } from "../../ui/render-evidence.js";

const DEFAULT_PASSWORD = "password123";

export interface StageArguments {
  readonly database?: readonly string[];
  readonly schema?: string | undefined;
  readonly adopt?: boolean | undefined;
  readonly all?: boolean | undefined;
  readonly "new-databases"?: boolean | undefined;
}

/** The handler of `up` and of each stage's own command: the same pipeline, whole or a part of it. */
export function runStages(stages: readonly StageName[]): Handler<StageArguments> {
  return async (args, { config, context, cwd, program }) => {
    const databases = findDatabases(args, config, cwd);
    const { all = false, adopt = false, "new-databases": newDatabases = false } = args;
    // Before anything is started: an SQL file that cannot be read fails at once.
    for (const { schemaFile } of databases) {
      if (schemaFile !== undefined) parseSqlFile(await readSqlFile(schemaFile), schemaFile);
    }
    const result = await runPipeline({ config, databases, stages, adopt, all, newDatabases }, context);
    const described = result.databases.map((name) => describeDatabase(name, config, result));
    const endpoints = describeEndpoints(result);
    const { target, postgres } = config;
    // The default is no secret: the README names it, and these servers listen on loopback only.
    const isDefault = target === "local" && postgres.adminPassword === DEFAULT_PASSWORD;
    const shownPassword = isDefault ? DEFAULT_PASSWORD : undefined;
    return {
      fields: { endpoints, databases: described },
      text: renderEvidence({
        program,
        target,
        stages,
        endpoints,
        databases: described,
        shownPassword,
        logsDir:
          result.deployment.logsDir === undefined ? undefined : fromHere(result.deployment.logsDir, cwd),
      }),
    };
  };
}

/** The example database comes with the package; every other one is made from `--schema` or the configuration. */
function findDatabases(args: StageArguments, config: Config, cwd: string): PipelineDatabase[] {
  const names = [...new Set(args.database ?? [])];
  if (args.schema !== undefined && (names.length !== 1 || args.all === true)) {
    throw new CdcError("USAGE", "--schema fills one database, and not one was named", {
      hint: "give each its file under `databases` in cdc-pipeline.yaml, and name them here without --schema",
    });
  }
  return names.map((name) => {
    checkDatabaseName(name);
    const configured = config.databases.find((database) => database.name === name)?.schema;
    const given = args.schema === undefined ? undefined : resolve(cwd, args.schema);
    const example =
      name === "mykart" && config.target === "local" ? packagePath("examples/mykart/schema.sql") : undefined;
    return { name, schemaFile: given ?? configured ?? example, isSchemaAsked: given !== undefined };
  });
}

/** The `databases` entries of the JSON document. */
function describeDatabase(name: string, config: Config, { proofs }: PipelineResult): DatabaseDocument {
  const { connector, slot, topicPrefix } = namesOf(name);
  const proof = proofs.get(name);
  const event =
    proof === undefined
      ? {}
      : {
          event: {
            topic: proof.topic,
            partition: proof.partition,
            offset: proof.offset,
            op: proof.op,
            latencyMs: proof.latencyMs,
          },
        };
  return { name, connector, slot, publication: config.debezium.publication, topicPrefix, ...event };
}

/** The `endpoints` of the JSON document: without the password. */
function describeEndpoints({ deployment: { endpoints } }: PipelineResult): EndpointsDocument {
  const { host, port, adminUser } = endpoints.postgres;
  return { postgres: { host, port, adminUser }, kafka: endpoints.kafka, connect: endpoints.connect };
}

/** A path as the user would write it: relative where it lies below the working directory. */
function fromHere(path: string, cwd: string): string {
  const below = relative(cwd, path);
  return below.startsWith("..") ? path : below;
}

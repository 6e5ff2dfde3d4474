import { resolve } from "node:path";

import type { Session } from "../../cli/command.js";
import type { Config } from "../../config/config.js";
import { CdcError } from "../../errors.js";
import { checkDatabaseName } from "../../names.js";
import { packagePath } from "../../package-root.js";
import type { PipelineDatabase, PipelineOptions } from "../../pipeline-options.js";
import type { StageName } from "../../progress.js";
import { parseSqlFile, readSqlFile } from "../../sql/sql-file.js";
import { type ProbeArguments, wishesOf } from "./probe-arguments.js";
import { settleMsOf } from "./settle-ms.js";

/** What the commands of the pipeline take, each a part of it. */
export interface StageArguments extends ProbeArguments {
  readonly database?: readonly string[];
  readonly schema?: string | undefined;
  readonly adopt?: boolean | undefined;
  readonly all?: boolean | undefined;
  readonly "new-databases"?: boolean | undefined;
  readonly schemas?: string | undefined;
  readonly "dry-run"?: boolean | undefined;
  readonly settle?: string | undefined;
  readonly yes?: boolean | undefined;
  readonly sql?: boolean | undefined;
  readonly json?: boolean | undefined;
}

/** What the pipeline is run or planned with. @throws CdcError USAGE, SCHEMA_UNREADABLE, SCHEMA_UNSUPPORTED */
export async function pipelineOptionsOf(
  args: StageArguments,
  stages: readonly StageName[],
  { config, cwd }: Pick<Session, "config" | "cwd">,
): Promise<PipelineOptions> {
  const databases = findDatabases(args, config, cwd);
  const { all = false, adopt = false, "new-databases": newDatabases = false } = args;
  // Before anything is started: an SQL file that cannot be read fails at once.
  for (const { schemaFile } of databases) {
    if (schemaFile !== undefined) parseSqlFile(await readSqlFile(schemaFile), schemaFile);
  }
  const settle = args.settle === undefined ? {} : { settleMs: settleMsOf(args) };
  const mayMove = adopt && args.yes === true;
  const probe = wishesOf(args);
  return { config, databases, stages, adopt, mayMove, ...settle, all, newDatabases, probe };
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
      name === "mykart" && config.target !== "external"
        ? packagePath("examples/mykart/schema.sql")
        : undefined;
    return { name, schemaFile: given ?? configured ?? example, isSchemaAsked: given !== undefined };
  });
}

import type { Config } from "./config/config.js";
import type { StageName } from "./progress.js";
import type { ProbeWishes } from "./stages/verify/wishes.js";

/** One application database to take through the pipeline. */
export interface PipelineDatabase {
  readonly name: string;
  /** The SQL file to make it from where it is missing. */
  readonly schemaFile?: string | undefined;
  readonly isSchemaAsked?: boolean;
}

export interface PipelineOptions {
  readonly config: Config;
  readonly databases: readonly PipelineDatabase[];
  /** The stages to run, in pipeline order; those before them must have run already. */
  readonly stages?: readonly StageName[];
  /** Take over connectors, roles and publications that were made by somebody else. */
  readonly adopt?: boolean;
  /** For `register`: a connector of the same name may be turned from one PostgreSQL to another. */
  readonly mayMove?: boolean;
  /** For `register`: for how long connectors must stay RUNNING; by default half a second, and not where a proof follows. */
  readonly settleMs?: number;
  /** For `prepare`: also every other database that takes connections and is no template. */
  readonly all?: boolean;
  /** For `prepare`: also template1, so that later databases are born ready. */
  readonly newDatabases?: boolean;
  /** For `verify`: what is proved, and how often; by default a row of the program's own table, once. */
  readonly probe?: ProbeWishes;
}

import type { ConnectEndpoint } from "../clients/connect/connect-endpoint.js";
import type { KafkaEndpoint } from "../clients/kafka/kafka-endpoint.js";
import type { PostgresEndpoint } from "../clients/postgres.js";
import type { FromConnect } from "./read-postgres.js";
import type { Settings } from "./schema.js";

type DeepReadonly<T> = T extends readonly (infer Item)[]
  ? readonly DeepReadonly<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> }
    : T;

/** The checked configuration: every default filled in, every path absolute, every reference resolved. */
export interface Config extends DeepReadonly<
  Omit<Settings, "timeout" | "connect" | "postgres" | "kafka" | "fromConnect">
> {
  /** The key `timeout` of the file, which is in seconds. */
  readonly timeoutMs: number;
  /** The section `connect` of the file. */
  readonly connect: ConnectEndpoint;
  /** The section `postgres` of the file. */
  readonly postgres: PostgresEndpoint;
  /** The section `kafka` of the file. */
  readonly kafka: KafkaEndpoint;
  /** The section `fromConnect` of the file. */
  readonly fromConnect: FromConnect;
  /** The dotted keys that were set by a file, a variable or a flag. */
  readonly given: ReadonlySet<string>;
}

/** Where each value came from, by dotted key: `default`, `cdc-pipeline.yaml:12`, `CDC_PIPELINE_TARGET`, `--target`. */
export type ConfigSources = ReadonlyMap<string, string>;

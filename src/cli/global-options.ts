import type { InferredOptionTypes, Options } from "yargs";

/** Options of every command; each is also a key of the configuration file or a manner of output. */
export const GLOBAL_OPTIONS = {
  target: {
    type: "string",
    requiresArg: true,
    describe: "Where the servers are: local, k8s or external [env: CDC_PIPELINE_TARGET]",
  },
  config: {
    type: "string",
    requiresArg: true,
    describe: "Configuration file, cdc-pipeline.yaml if there is one [env: CDC_PIPELINE_CONFIG]",
  },
  timeout: {
    type: "string",
    requiresArg: true,
    describe: "Seconds that the whole run may take, 600 if not given [env: CDC_PIPELINE_TIMEOUT]",
  },
  json: { type: "boolean", describe: "Print one JSON document on stdout; progress goes to stderr" },
  verbose: { alias: "v", type: "boolean", describe: "Show commands, SQL and causes" },
  quiet: { alias: "q", type: "boolean", describe: "Show no progress" },
} as const satisfies Record<string, Options>;

export type GlobalArguments = InferredOptionTypes<typeof GLOBAL_OPTIONS>;

import type { InferredOptionTypes, Options } from "yargs";

/** Options of every command; each is also a key of the configuration file or a manner of output. */
export const GLOBAL_OPTIONS = {
  target: {
    type: "string",
    requiresArg: true,
    describe: "Where the servers are: local, compose, k8s or external [env: CDC_PIPELINE_TARGET]",
  },
  context: { type: "string", requiresArg: true, describe: "For k8s: context of the kubeconfig" },
  namespace: { type: "string", requiresArg: true, describe: "For k8s: namespace of the servers" },
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

/** The global options that set a setting, with its dotted key. */
export const GLOBAL_SETTINGS = {
  target: "target",
  timeout: "timeout",
  context: "k8s.context",
  namespace: "k8s.namespace",
} as const satisfies Partial<Record<keyof typeof GLOBAL_OPTIONS, string>>;

/** Those that say which servers are meant: a command that is proposed needs them again. */
export const SERVER_OPTIONS = [
  "target",
  "context",
  "namespace",
  "config",
] as const satisfies readonly (keyof typeof GLOBAL_OPTIONS)[];

export type GlobalArguments = InferredOptionTypes<typeof GLOBAL_OPTIONS>;

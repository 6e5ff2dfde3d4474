import { stringify } from "yaml";

import type { Context } from "../../context.js";
import type { RegisterOptions } from "./register-options.js";
import { renderConnectors } from "./render-connectors.js";

/** The Secret that the Kubernetes target makes, and its key with the password of Debezium's role. */
const SECRET = "postgres-wal-credentials";
const PASSWORD_KEY = "debezium-password";

/** Strimzi gives these keys fields of their own, or sets them itself. */
const OWN_FIELDS = ["connector.class", "tasks.max", "name"];

export interface StrimziPlace {
  /** Name of the KafkaConnect resource. */
  readonly strimziCluster: string;
  readonly namespace?: string | undefined;
}

/**
 * The connectors as `KafkaConnector` resources: where Strimzi runs Kafka Connect it removes what was made through the
 * REST API. The password is a reference, so that the text may be kept with other code.
 */
export async function emitStrimzi(
  options: RegisterOptions,
  place: StrimziPlace,
  context: Context,
): Promise<string> {
  const connectors = await renderConnectors(options, context);
  const resources = await Promise.all(
    connectors.map(async ({ connector, want }) =>
      renderKafkaConnector(connector, await want(undefined), place),
    ),
  );
  return [NOTE, resources.map((resource) => stringify(resource, { lineWidth: 0 })).join("---\n")]
    .join("")
    .trimEnd();
}

const NOTE = `# For a KafkaConnect resource with the annotation strimzi.io/use-connector-resources: "true" and, in spec.config,
#   config.providers: secrets
#   config.providers.secrets.class: io.strimzi.kafka.KubernetesSecretConfigProvider
# whose service account may read the Secret that holds the password.
`;

/** One resource. Names of Kubernetes hold no `_`; `namesOf` makes none that differ in that alone. */
export function renderKafkaConnector(
  connector: string,
  config: Readonly<Record<string, string>>,
  { strimziCluster, namespace = "default" }: StrimziPlace,
): object {
  const entries = Object.entries(config)
    .filter(([key]) => !OWN_FIELDS.includes(key))
    .map(([key, value]) => [
      key,
      key === "database.password" ? `\${secrets:${namespace}/${SECRET}:${PASSWORD_KEY}}` : value,
    ]);
  return {
    apiVersion: "kafka.strimzi.io/v1beta2",
    kind: "KafkaConnector",
    metadata: {
      name: connector.replaceAll("_", "-"),
      labels: { "strimzi.io/cluster": strimziCluster, "app.kubernetes.io/managed-by": "cdc-pipeline" },
    },
    spec: {
      class: config["connector.class"],
      tasksMax: Number(config["tasks.max"] ?? "1"),
      config: Object.fromEntries(entries) as object,
    },
  };
}

import { createHash } from "node:crypto";

import { stringify } from "yaml";

import type { FileConnector } from "../../connectors/files/resolve-config.js";
import { isSecret } from "../../connectors/secret-values.js";
import type { Context } from "../../context.js";
import { CdcError } from "../../errors.js";
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
  return printResources(resources);
}

/**
 * The connectors of files as resources. What is secret must be a reference that the workers look up: the text may be
 * kept with other code.
 * @throws CdcError CONNECTOR_FILE_INVALID with all that cannot be one
 */
export function emitFiles(connectors: readonly FileConnector[], place: StrimziPlace): string {
  const problems = connectors.flatMap(problemsOf);
  if (problems.length > 0) {
    throw new CdcError(
      "CONNECTOR_FILE_INVALID",
      ["these cannot be resources of Strimzi:", ...problems.map((line) => `  ${line}`)].join("\n"),
      {
        hint: "a secret becomes a reference that the workers look up: ${secrets:NAMESPACE/SECRET:KEY}",
        details: { problems },
      },
    );
  }
  return printResources(
    connectors.map(({ name, config, initialState }) => {
      const resource = resourceOf(name, config, place);
      if (initialState === undefined) return resource;
      return { ...resource, spec: { ...resource.spec, state: initialState.toLowerCase() } };
    }),
  );
}

/** As Kubernetes calls objects. Another name would be another connector, which begins anew. */
const NAME = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/;

function problemsOf({ name, config, hidden, place, placeOf }: FileConnector): string[] {
  const secret = Object.entries(config)
    .filter(([key, value]) => hidden.has(key) || isSecret(key, value))
    .map(([key]) => `${placeOf(key)} ${key}: the value is secret`);
  if (NAME.test(name)) return secret;
  return [`${place}: ${name} is no name that Kubernetes takes: a-z, 0-9, - and . alone`, ...secret];
}

const printResources = (resources: readonly object[]): string =>
  [NOTE, resources.map((resource) => stringify(resource, { lineWidth: 0 })).join("---\n")].join("").trimEnd();

const NOTE = `# For a KafkaConnect resource with the annotation strimzi.io/use-connector-resources: "true" and, in spec.config,
#   config.providers: secrets
#   config.providers.secrets.class: io.strimzi.kafka.KubernetesSecretConfigProvider
# whose service account may read the Secret that holds the password.
`;

/** One of a database. Names of Kubernetes hold no `_`; `namesOf` makes none that differ in that alone. */
export function renderKafkaConnector(
  connector: string,
  config: Readonly<Record<string, string>>,
  place: StrimziPlace,
): object {
  const { namespace = "default" } = place;
  const reference = `\${secrets:${namespace}/${SECRET}:${PASSWORD_KEY}}`;
  const safe = "database.password" in config ? { ...config, "database.password": reference } : config;
  return resourceOf(kubernetesName(connector), safe, place);
}

/** No name begins with `-` there. What is taken off is told by a hash, behind which no other connector's name ends. */
function kubernetesName(connector: string): string {
  const name = connector.replaceAll("_", "-");
  if (!name.startsWith("-")) return name;
  const hash = createHash("sha256").update(connector).digest("hex").slice(0, 10);
  return `${name.replace(/^-+/, "")}-${hash}`;
}

function resourceOf(
  name: string,
  config: Readonly<Record<string, string>>,
  { strimziCluster }: StrimziPlace,
) {
  const entries = Object.entries(config).filter(([key]) => !OWN_FIELDS.includes(key));
  return {
    apiVersion: "kafka.strimzi.io/v1beta2",
    kind: "KafkaConnector",
    metadata: {
      name,
      labels: { "strimzi.io/cluster": strimziCluster, "app.kubernetes.io/managed-by": "cdc-pipeline" },
    },
    spec: {
      class: config["connector.class"],
      tasksMax: Number(config["tasks.max"] ?? "1"),
      config: Object.fromEntries(entries) as object,
    },
  };
}

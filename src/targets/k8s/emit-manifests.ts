import { stringify } from "yaml";

import type { Config } from "../../config/config.js";
import { CdcError } from "../../errors.js";
import { chooseKafka } from "./choose-kafka.js";
import { CREDENTIALS, type Manifest } from "./manifest.js";
import { wantedManifests } from "./wanted-servers.js";

/** The values that stand in the Secret's place, so that no password is printed. */
const PLACEHOLDERS: Readonly<Record<string, string>> = {
  "admin-password": "SET-ME",
  "debezium-password": "SET-ME",
};

/** The manifests that `deploy` would apply, as YAML. No cluster is asked; passwords are left out. */
export function emitManifests(config: Config): string {
  const why = whyPostgresAlone(config);
  const note = why === undefined ? "" : `# PostgreSQL alone: ${why}.\n`;
  const manifests = wantedManifests(config, why === undefined);
  return (
    note +
    manifests
      .map((manifest) => emitOne(manifest, config.k8s.namespace))
      .join("---\n")
      .trimEnd()
  );
}

/** Without a cluster nobody knows what was deployed before: only what is asked for counts. */
function whyPostgresAlone(config: Config): string | undefined {
  try {
    const choice = chooseKafka(config, false);
    if (choice.kind === "own") return undefined;
    return `Kafka and Kafka Connect are those at ${choice.kafka.brokers.join(", ")} and ${choice.connect.url}`;
  } catch (error) {
    if (error instanceof CdcError) return error.message;
    throw error;
  }
}

function emitOne(manifest: Manifest, namespace: string | undefined): string {
  const { metadata, data, ...rest } = manifest;
  const place = namespace === undefined ? {} : { namespace };
  const head = { apiVersion: manifest.apiVersion, kind: manifest.kind, metadata: { ...metadata, ...place } };
  if (metadata.name !== CREDENTIALS) {
    return stringify({ ...head, ...rest, ...(data === undefined ? {} : { data }) }, { lineWidth: 0 });
  }
  const stringData = Object.entries(data as Readonly<Record<string, string>>).map(([key, value]) => [
    key,
    PLACEHOLDERS[key] ?? Buffer.from(value, "base64").toString(),
  ]);
  const note = "# The passwords are not printed: put them here, or make this Secret another way.\n";
  return (
    note +
    stringify({ ...head, ...rest, stringData: Object.fromEntries(stringData) as object }, { lineWidth: 0 })
  );
}

import type { ConnectorConfig } from "../clients/connect/connect-client.js";
import { isMask, isSecret } from "../connectors/secret-values.js";
import { createRedactor } from "./redact.js";

/** A function that takes the secrets of connectors out of a text: a trace may quote a configuration. */
export function hideSecretsOf(configs: readonly ConnectorConfig[]): (text: string) => string {
  const redactor = createRedactor();
  const secrets = configs.flatMap((config) =>
    Object.entries(config).flatMap(([key, value]) => (isSecret(key, value) && !isMask(value) ? [value] : [])),
  );
  for (const secret of new Set(secrets)) redactor.add(secret);
  return redactor.redact;
}

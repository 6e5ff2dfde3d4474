import type { ConnectorConfig } from "../../clients/connect/connect-client.js";
import { CdcError } from "../../errors.js";
import { CONNECTOR_MARK_KEY, DATABASE_MARK, OWN_SCHEMA } from "../own-objects.js";
import { exactPattern } from "./exact-pattern.js";

/** What a template's placeholders stand for: `postgres.host` for `${postgres.host}`. */
export type TemplateValues = Readonly<Record<string, string>>;

/**
 * A connector's configuration from a template: JSON with `${name}` placeholders. References for Connect's
 * own config providers (`${file:…}`, with a colon) are kept as they are.
 * @param schemas the only ones to capture; all where it is empty
 * @throws CdcError TEMPLATE_INVALID
 */
export function renderConnector(
  template: string,
  values: TemplateValues,
  path: string,
  schemas: readonly string[] = [],
): ConnectorConfig {
  const config: Record<string, string> = {};
  for (const [key, value] of Object.entries(parse(template, path))) {
    if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") {
      throw new CdcError("TEMPLATE_INVALID", `${path}: ${key} must be text, a number or true/false`);
    }
    config[key] = fill(String(value), key, values, path);
  }
  const filter = "schema.exclude.list" in config ? {} : schemaFilter(schemas);
  return { ...filter, ...config, [CONNECTOR_MARK_KEY]: DATABASE_MARK };
}

/** Keeps Debezium to the schemas that it was given the right to; a template's own filter goes before it. */
function schemaFilter(schemas: readonly string[]): ConnectorConfig {
  if (schemas.length === 0) return {};
  const patterns = [...new Set([...schemas, OWN_SCHEMA])].map(exactPattern);
  return { "schema.include.list": patterns.join(",") };
}

function parse(template: string, path: string): Record<string, unknown> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(template);
  } catch (error) {
    throw new CdcError("TEMPLATE_INVALID", `${path} is not JSON: ${(error as Error).message}`, {
      cause: error,
    });
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
    throw new CdcError("TEMPLATE_INVALID", `${path} must hold one JSON object with the connector's settings`);
  }
  return parsed as Record<string, unknown>;
}

function fill(text: string, key: string, values: TemplateValues, path: string): string {
  return text.replace(/\$\{([^}:]*)\}/g, (placeholder, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value !== undefined) return value;
    throw new CdcError("TEMPLATE_INVALID", `${path}: ${key} has the unknown placeholder ${placeholder}`, {
      hint: `the known ones: ${Object.keys(values).join(", ")}`,
    });
  });
}

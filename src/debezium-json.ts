/** A JSON object out of a record's key or value, with or without its schema; undefined for anything else. */
export function parseDebeziumJson(bytes: Buffer | null): Record<string, unknown> | undefined {
  return asObject(withoutSchema(parseJson(bytes)));
}

/** With `schemas.enable` what is meant is the `payload` beside its `schema`. */
export function withoutSchema(value: unknown): unknown {
  const object = asObject(value);
  return object !== undefined && "schema" in object && "payload" in object ? object.payload : value;
}

function parseJson(bytes: Buffer | null): unknown {
  if (bytes === null) return undefined;
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    return undefined;
  }
}

const asObject = (value: unknown): Record<string, unknown> | undefined =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;

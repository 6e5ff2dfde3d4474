/** A JSON object out of a record's key or value, with or without its schema; undefined for anything else. */
export function parseDebeziumJson(bytes: Buffer | null): Record<string, unknown> | undefined {
  return unwrap(parseJson(bytes));
}

function parseJson(bytes: Buffer | null): Record<string, unknown> | undefined {
  if (bytes === null) return undefined;
  try {
    const value: unknown = JSON.parse(bytes.toString("utf8"));
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** With `schemas.enable` the event is the `payload` beside its `schema`. */
function unwrap(value: Record<string, unknown> | undefined): Record<string, unknown> | undefined {
  if (value === undefined || !("schema" in value) || !("payload" in value)) return value;
  const { payload } = value;
  return typeof payload === "object" && payload !== null ? (payload as Record<string, unknown>) : undefined;
}

import { parseExactly } from "./clients/parse-exactly.js";

type JsonObject = Readonly<Record<string, unknown>>;

/**
 * A JSON object out of a record's key or value, with or without its schema; undefined for anything else. Whole
 * numbers that JavaScript would round are text.
 */
export function parseDebeziumJson(bytes: Buffer | null): JsonObject | undefined {
  const value = parseExactly(bytes?.toString("utf8"));
  // With `schemas.enable` what is meant is the `payload` beside its `schema`.
  const meant = isJsonObject(value) && "schema" in value && "payload" in value ? value.payload : value;
  return isJsonObject(meant) ? meant : undefined;
}

export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

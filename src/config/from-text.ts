import { isReference } from "./references.js";
import type { SettingKind } from "./setting-list.js";

/**
 * The value that text from an environment variable, a flag or a reference stands for. What does not fit
 * is returned as it is, so that the schema can say what was expected.
 */
export function fromText(value: unknown, kind: SettingKind): unknown {
  if (isReference(value)) return value;
  switch (kind) {
    case "text":
      return value;
    case "number":
      return typeof value === "string" && /^\s*-?\d+(\.\d+)?\s*$/.test(value) ? Number(value) : value;
    case "yes-or-no":
      return value === "true" ? true : value === "false" ? false : value;
    case "texts":
      return splitAtCommas(value);
    case "headers":
      return toHeaders(value);
    case "databases":
      return namesToDatabases(splitAtCommas(value));
  }
}

function splitAtCommas(value: unknown): unknown {
  if (Array.isArray(value)) return value.flatMap(splitAtCommas);
  if (typeof value !== "string") return value;
  return value
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

/** `A: b, C: d`; a comma that begins no further header is part of the value before it. */
function toHeaders(value: unknown): unknown {
  if (typeof value !== "string") return value;
  const entries = value.split(/\s*,\s*(?=[\w-]+\s*:)/).map((entry) => {
    const colon = entry.indexOf(":");
    return colon < 1 ? undefined : ([entry.slice(0, colon).trim(), entry.slice(colon + 1).trim()] as const);
  });
  const whole = entries.filter((entry) => entry !== undefined);
  return whole.length === entries.length ? Object.fromEntries(whole) : value;
}

function namesToDatabases(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  return value.map((entry: unknown) => (typeof entry === "string" ? { name: entry } : entry));
}

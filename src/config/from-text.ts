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

function namesToDatabases(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  return value.map((entry: unknown) => (typeof entry === "string" ? { name: entry } : entry));
}

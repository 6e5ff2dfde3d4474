import { CdcError } from "../errors.js";
import { didYouMean } from "./did-you-mean.js";

const SHOWN_LENGTH = 60;

/** The error that tells all problems at once, one line each. */
export function configInvalid(problems: readonly string[]): CdcError {
  const lines = [...new Set(problems)];
  const title =
    lines.length === 1
      ? "the configuration is wrong"
      : `the configuration is wrong in ${lines.length} places`;
  return new CdcError("CONFIG_INVALID", [`${title}:`, ...lines.map((line) => `  ${line}`)].join("\n"), {
    hint: "docs/configuration.md lists every key and environment variable with its default",
    details: { problems: lines },
  });
}

/** What is said of a key that does not exist, given those that could stand in its place. */
export function unknownKey(
  key: string,
  siblings: readonly string[],
  allPaths: readonly string[] = [],
): string {
  if (key.includes(".") && allPaths.includes(key))
    return `unknown key; write "${key}" as keys inside each other`;
  const nearest = didYouMean(key, siblings) ?? allPaths.find((path) => `.${path}`.endsWith(`.${key}`));
  return nearest === undefined
    ? `unknown key; known here: ${siblings.join(", ")}`
    : `unknown key, did you mean "${nearest}"?`;
}

/** `, got …` for the end of a message; empty where the value could hold a secret. */
export function gotClause(value: unknown): string {
  if (value === undefined || value === null) return ", got nothing";
  if (Array.isArray(value)) return ", got a list";
  if (typeof value === "object") return ", got keys and values";
  if (typeof value === "number" || typeof value === "boolean") return `, got ${String(value)}`;
  // Before an @ may stand a user and a password, after a ? a token.
  if (typeof value !== "string" || /[@?]/.test(value)) return "";
  const isLong = value.length > SHOWN_LENGTH;
  return `, got ${JSON.stringify(isLong ? `${value.slice(0, SHOWN_LENGTH)}…` : value)}`;
}

import { didYouMean } from "../config/did-you-mean.js";
import { CdcError } from "../errors.js";

/** Whether a word is a pattern: `*` stands for any letters, `?` for one. */
export const isPattern = (word: string): boolean => /[*?]/.test(word);

/**
 * The names that one of the patterns stands for, in the order of `names`; all of them where there is no pattern.
 * @throws CdcError CONNECTOR_UNKNOWN for a pattern that none matches
 */
export function matchNames(patterns: readonly string[], names: readonly string[]): readonly string[] {
  if (patterns.length === 0) return names;
  for (const pattern of patterns) {
    if (names.some((name) => matches(pattern, name))) continue;
    throw unknown(pattern, names);
  }
  return names.filter((name) => matchesAny(patterns, name));
}

/** Whether one of the patterns stands for a name; where there is no pattern, every name is meant. */
export const matchesAny = (patterns: readonly string[], name: string): boolean =>
  patterns.length === 0 || patterns.some((pattern) => matches(pattern, name));

function matches(pattern: string, name: string): boolean {
  if (!isPattern(pattern)) return pattern === name;
  const parts = pattern
    .replace(/[\\^$.+()[\]{}|/]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${parts}$`, "su").test(name);
}

/** The name that was most likely meant by a word that is none. */
export const suggestName = (word: string, names: readonly string[]): string | undefined =>
  isPattern(word) ? undefined : didYouMean(word, names);

function unknown(pattern: string, names: readonly string[]): CdcError {
  const meant = suggestName(pattern, names);
  const what = isPattern(pattern) ? `no connector matches ${pattern}` : `there is no connector ${pattern}`;
  return new CdcError("CONNECTOR_UNKNOWN", what, {
    hint: meant === undefined ? "cdc-pipeline connectors list" : `did you mean ${meant}?`,
  });
}

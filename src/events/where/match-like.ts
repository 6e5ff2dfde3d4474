/** SQL's pattern, in parts: a text to be there, any one character, or any number of them. */
type Part = string | typeof ANY_ONE | typeof ANY;
const ANY_ONE = Symbol("_");
const ANY = Symbol("%");

/**
 * Whether a text is like a pattern of SQL: `%` any characters, `_` any one, `\` before one that is meant itself. No
 * regular expression: what the data is must not decide how long it takes.
 */
export function likeMatcher(pattern: string): (text: string) => boolean {
  const parts = partsOf(pattern);
  return (text) => matches(Array.from(text), parts);
}

function partsOf(pattern: string): readonly Part[] {
  const parts: Part[] = [];
  const characters = Array.from(pattern);
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] ?? "";
    if (character === "\\" && at + 1 < characters.length) parts.push(characters[++at] ?? "");
    else parts.push(character === "%" ? ANY : character === "_" ? ANY_ONE : character);
  }
  return parts;
}

/** Where it fails, only the last `%` takes one character more: that an earlier one did would not help. */
function matches(text: readonly string[], parts: readonly Part[]): boolean {
  let [at, part] = [0, 0];
  let retry: { at: number; readonly part: number } | undefined;
  while (at < text.length) {
    const wanted = parts[part];
    if (wanted === ANY) {
      retry = { at, part: part + 1 };
      part++;
    } else if (wanted === ANY_ONE || wanted === text[at]) {
      at++;
      part++;
    } else if (retry !== undefined) {
      retry.at++;
      ({ at, part } = retry);
    } else return false;
  }
  return parts.slice(part).every((rest) => rest === ANY);
}

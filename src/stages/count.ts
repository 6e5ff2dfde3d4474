const SHOWN = 5;

/** `1 table`, `3 tables`. */
export const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? "" : "s"}`;

/** The first names of a list, and how many more there are. */
export function several(names: readonly string[], shown = SHOWN): string {
  const more = names.length > shown ? ` and ${names.length - shown} more` : "";
  return `${names.slice(0, shown).join(", ")}${more}`;
}

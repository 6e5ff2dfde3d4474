const SHOWN = 3;

/** The first few of many names: `a, b, c and 4 more`. */
export function listSome(names: readonly string[]): string {
  const more = names.length - SHOWN;
  return names.slice(0, SHOWN).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

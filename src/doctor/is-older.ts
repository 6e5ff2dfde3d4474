/** Compares the numbers at the start of two versions: `3.6.2.Final` is older than `3.7`; no number, never. */
export function isOlder(version: string, than: string): boolean {
  const found = numbersOf(version);
  if (found.length === 0) return false;
  const wanted = numbersOf(than);
  const at = wanted.findIndex((number, index) => (found[index] ?? 0) !== number);
  return at !== -1 && (found[at] ?? 0) < (wanted[at] ?? 0);
}

const numbersOf = (version: string): number[] =>
  (/^\d+(\.\d+)*/.exec(version)?.[0] ?? "").split(".").filter(Boolean).map(Number);

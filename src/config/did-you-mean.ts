/**
 * The candidate that was most likely meant, or undefined if none is near: at most every third letter
 * differs. Capitals, `_` and `-` do not count.
 */
export function didYouMean(written: string, candidates: readonly string[]): string | undefined {
  const plain = plainOf(written);
  const maxDistance = Math.max(1, Math.floor(plain.length / 3));
  const [nearest] = candidates
    .map((candidate) => ({ candidate, distance: editDistance(plain, plainOf(candidate)) }))
    .filter(({ distance }) => distance <= maxDistance)
    .sort((left, right) => left.distance - right.distance);
  return nearest?.candidate;
}

const plainOf = (name: string) => name.toLowerCase().replace(/[-_]/g, "");

/** How many letters must be inserted, removed or replaced to make one text of the other (Levenshtein). */
function editDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [row, letter] of Array.from(from).entries()) {
    const current = [row + 1];
    for (let column = 1; column <= to.length; column++) {
      const replaced = at(previous, column - 1) + (letter === to[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, at(previous, column) + 1, at(current, column - 1) + 1));
    }
    previous = current;
  }
  return at(previous, to.length);
}

const at = (distances: readonly number[], index: number) => distances[index] ?? Infinity;

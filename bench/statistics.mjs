export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The median with the least and the greatest. */
export const spread = (numbers) => ({
  median: median(numbers),
  min: Math.min(...numbers),
  max: Math.max(...numbers),
});

/** The spread of `a[i] / b[i]`: each pair was measured right after each other, so that a busy spell hits both. */
export const ratioOf = (a, b) => spread(a.map((value, index) => value / b[index]));

/** Runs both sides of a pair; which of them goes first changes from run to run. */
export async function runPair(run, own, beside) {
  for (const work of run % 2 === 1 ? [own, beside] : [beside, own]) await work();
}

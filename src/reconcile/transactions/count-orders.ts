/** The orders 1 to `count` that runs hold. */
export interface OrdersFound {
  readonly found: number;
  /** The first that none holds. */
  readonly firstMissing: number | undefined;
}

/** How many of the orders 1 to `count` are in the runs, each counted once however often it came. */
export function countOrders(
  runs: readonly (readonly [first: number, last: number])[],
  count: number,
): OrdersFound {
  const inOrder = runs.toSorted(([one], [other]) => one - other);
  let found = 0;
  let next = 1;
  let firstMissing: number | undefined;
  for (const [first, last] of inOrder) {
    const from = Math.max(first, next);
    const to = Math.min(last, count);
    if (from > to) continue;
    if (from > next) firstMissing ??= next;
    found += to - from + 1;
    next = to + 1;
  }
  if (next <= count) firstMissing ??= next;
  return { found, firstMissing };
}

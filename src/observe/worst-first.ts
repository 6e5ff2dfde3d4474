import type { DatabaseState, Observation } from "./observation.js";

/** The databases of which something is wrong before the others, in the order of the problems. */
export function worstFirst({ databases, problems }: Observation): readonly DatabaseState[] {
  const ranks = new Map<string | null, number>();
  problems.forEach(({ database }, index) => {
    if (!ranks.has(database)) ranks.set(database, index);
  });
  const rank = ({ name }: DatabaseState) => ranks.get(name) ?? problems.length;
  return databases.toSorted((one, other) => rank(one) - rank(other));
}

import type { ComparedPair } from "../compare/compared-pair.js";
import type { Comparison, EngineOptions } from "../engine/engine.js";
import type { NamedDifference } from "../reconciliation.js";

/** What is wrong, by table, with keys and columns by name; the snapshot must still be open. */
export function nameDifferences(
  { found }: ComparedPair,
  _options: EngineOptions,
  { differences }: Comparison,
): Promise<readonly (readonly NamedDifference[])[]> {
  return Promise.resolve(
    found.tables.map((table, number) =>
      differences
        .filter((difference) => difference.table === number)
        .map(({ kind, keyHash, partition, offset }) => ({
          kind,
          key: { hash: keyHash },
          topic: table.topic,
          ...(partition === undefined ? {} : { partition }),
          ...(offset === undefined ? {} : { offset }),
        })),
    ),
  );
}

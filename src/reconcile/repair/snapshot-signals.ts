import { collectionOf, conditionPattern } from "./collection-name.js";
import type { RepairRequest } from "./plan-repair.js";
import { rowFilter, type RowKey } from "./row-filter.js";

/** What `execute-snapshot` takes. */
export interface SnapshotSignal {
  readonly type: "INCREMENTAL";
  readonly "data-collections": readonly string[];
  readonly "additional-conditions"?: readonly {
    readonly "data-collection": string;
    readonly filter: string;
  }[];
}

/** The signal that asks for some rows of a table, or for all where there is no filter. */
export function snapshotSignal(schema: string, name: string, filter?: string): SnapshotSignal {
  const collection = collectionOf(schema, name) ?? `${schema}.${name}`;
  const conditions = [{ "data-collection": conditionPattern(collection), filter: filter ?? "" }];
  return {
    type: "INCREMENTAL",
    "data-collections": [collection],
    ...(filter === undefined ? {} : { "additional-conditions": conditions }),
  };
}

/**
 * The signals for a table: several where its rows do not fit into one.
 * @param maxLength of the JSON of one, in characters
 */
export function signalsFor(request: RepairRequest, maxLength: number): SnapshotSignal[] {
  const { schema, name, key, rows } = request;
  if (rows.length === 0) return [snapshotSignal(schema, name)];
  const lengthOf = (some: readonly RowKey[]) =>
    JSON.stringify(snapshotSignal(schema, name, rowFilter(key, some))).length;
  const signals: SnapshotSignal[] = [];
  const frame = lengthOf([]);
  let part: RowKey[] = [];
  let length = frame;
  for (const row of rows) {
    const added = lengthOf([row]) - frame + ", ".length;
    if (part.length > 0 && length + added > maxLength) {
      signals.push(snapshotSignal(schema, name, rowFilter(key, part)));
      part = [];
      length = frame;
    }
    part.push(row);
    length += added;
  }
  return [...signals, snapshotSignal(schema, name, rowFilter(key, part))];
}

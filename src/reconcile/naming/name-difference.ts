import { type DescribedRecord, LEFT_OUT } from "../engine/describe-record.js";
import type { Difference } from "../engine/engine.js";
import type { ShownRow } from "../engine/row-collector.js";
import type { NamedDifference } from "../reconciliation.js";
import type { ComparedTable } from "../tables/compared-table.js";

export interface Sides {
  readonly table: Pick<ComparedTable, "spec" | "topic">;
  /** As PostgreSQL has it; undefined where it was not looked for, or is not there. */
  readonly row: ShownRow | undefined;
  /** The event that the difference is about. */
  readonly record: DescribedRecord | undefined;
}

const LEFT_OUT_NOTE =
  "its last event leaves out values that the update did not touch, and what came before does not make up for them; with REPLICA IDENTITY FULL they are sent";

/** A difference with its key, and of a row that differs the columns that do. */
export function nameDifference(
  { kind, keyHash, partition, offset }: Difference,
  { table, row, record }: Sides,
): NamedDifference {
  const { key: keyColumns } = table.spec;
  const columns = kind === "different" && row !== undefined ? changedColumns(row, record?.row) : {};
  const hasColumns = Object.keys(columns).length > 0;
  const place =
    partition === undefined || offset === undefined ? {} : { topic: table.topic, partition, offset };
  return {
    kind,
    key: keyOf(keyColumns, row, record) ?? (keyHash === "" ? {} : { hash: keyHash }),
    ...(hasColumns ? { columns } : {}),
    ...place,
    ...(record?.op === undefined ? {} : { op: record.op }),
    ...(kind === "different" && !hasColumns && record !== undefined ? { note: LEFT_OUT_NOTE } : {}),
  };
}

function keyOf(
  keyColumns: readonly string[],
  row: ShownRow | undefined,
  record: DescribedRecord | undefined,
): ShownRow | undefined {
  const whole = row ?? record?.row;
  if (keyColumns.length === 0) return whole;
  if (record !== undefined && Object.keys(record.key).length > 0) return record.key;
  if (whole === undefined) return undefined;
  return Object.fromEntries(keyColumns.map((name) => [name, whole[name] ?? null]));
}

/** Columns that only one side has, or that the event left out, are no difference that could be shown. */
function changedColumns(row: ShownRow, event: ShownRow = {}): NonNullable<NamedDifference["columns"]> {
  return Object.fromEntries(
    Object.entries(row).flatMap(([name, postgres]) => {
      const kafka = event[name];
      if (kafka === undefined || kafka === postgres || kafka === LEFT_OUT) return [];
      return [[name, { postgres, kafka }]];
    }),
  );
}

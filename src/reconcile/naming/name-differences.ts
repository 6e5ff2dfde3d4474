import { copyRows } from "../../clients/copy-rows.js";
import { readRecords, type RecordPlace } from "../../clients/kafka/read-records.js";
import type { Context } from "../../context.js";
import { codecOf } from "../columns/codec-of.js";
import type { ComparedPair } from "../compare/compared-pair.js";
import { rowsQuery } from "../compare/rows-query.js";
import { type DescribedRecord, describeRecord } from "../engine/describe-record.js";
import type { Comparison, Difference, EngineOptions } from "../engine/engine.js";
import { RowCollector, type ShownRow } from "../engine/row-collector.js";
import type { NamedDifference } from "../reconciliation.js";
import type { ComparedTable } from "../tables/compared-table.js";
import { nameDifference } from "./name-difference.js";

/** Kinds that are about a row of PostgreSQL; the others are about a record. */
const OF_ROWS: ReadonlySet<string> = new Set(["lost", "different"]);

/**
 * What is wrong, by table, with keys and columns by name. Reads the records that it is about once more, and in the
 * transaction that is still open the rows of tables that lack some.
 */
export async function nameDifferences(
  pair: ComparedPair,
  engineOptions: EngineOptions,
  { differences }: Comparison,
  context: Context,
): Promise<readonly (readonly NamedDifference[])[]> {
  const { tables } = pair.found;
  const records = await describeRecords(pair, differences, context);
  const named: (readonly NamedDifference[])[] = [];
  for (const [number, table] of tables.entries()) {
    const own = differences.filter((difference) => difference.table === number);
    const wanted = new Set(own.filter(({ kind }) => OF_ROWS.has(kind)).map(({ keyHash }) => keyHash));
    const rows = await findRows(pair, table, engineOptions, wanted, context);
    named.push(
      own.map((difference) =>
        nameDifference(difference, {
          table,
          row: rows.get(difference.keyHash),
          record: records.get(placeName(table.topic, difference)),
        }),
      ),
    );
  }
  return named;
}

async function findRows(
  { reader, found }: ComparedPair,
  table: ComparedTable,
  { seed }: EngineOptions,
  wanted: ReadonlySet<string>,
  { signal }: Context,
): Promise<ReadonlyMap<string, ShownRow>> {
  if (wanted.size === 0) return new Map();
  const { modes } = found;
  const collector = new RowCollector({ table: table.spec, modes, seed, codecOf, wanted });
  await copyRows(reader, rowsQuery(table, modes), (bytes) => collector.add(bytes), signal);
  return collector.found;
}

async function describeRecords(
  { found, kafka }: ComparedPair,
  differences: readonly Difference[],
  context: Context,
): Promise<ReadonlyMap<string, DescribedRecord>> {
  const places = differences.flatMap((difference): RecordPlace[] => {
    const { table, partition, offset } = difference;
    const topic = found.tables[table]?.topic;
    if (topic === undefined || partition === undefined || offset === undefined) return [];
    return [{ topic, partition, offset }];
  });
  const specs = new Map(found.tables.map(({ topic, spec }) => [topic, spec]));
  const records = await readRecords(kafka, places, context);
  return new Map(
    records.flatMap((record) => {
      const spec = specs.get(record.topic);
      if (spec === undefined) return [];
      return [[placeName(record.topic, record), describeRecord(record, spec, found.modes, codecOf)]];
    }),
  );
}

const placeName = (topic: string, { partition, offset }: Pick<Difference, "partition" | "offset">): string =>
  `${topic} ${partition} ${offset}`;

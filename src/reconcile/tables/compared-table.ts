import type { ConnectorConfig } from "../../clients/connect/connect-client.js";
import { CdcError } from "../../errors.js";
import { codecOf } from "../columns/codec-of.js";
import type { ColumnFacts, EventModes } from "../columns/column-codec.js";
import type { TableSpec } from "../engine/engine.js";
import { eventColumns } from "./event-columns.js";
import { messageKeyOf } from "./message-key.js";
import type { PublishedTable } from "./read-published-tables.js";
import { whyNotWhole } from "./snapshot-scope.js";

/** A table whose rows are compared with the events of a topic. */
export interface ComparedTable {
  readonly published: PublishedTable;
  /** All that it has, of which `spec` has those that are compared. */
  readonly columns: readonly ColumnFacts[];
  /** `public.products` */
  readonly label: string;
  readonly topic: string;
  readonly spec: TableSpec;
  /** Why rows may rightly have no event; undefined where a snapshot wrote all of them. */
  readonly whyNotWhole: string | undefined;
  /** What a person should know of how it is compared. */
  readonly notes: readonly string[];
}

export interface TableSource {
  readonly published: PublishedTable;
  readonly columns: readonly ColumnFacts[];
  readonly topic: string;
  readonly isCompacted: boolean;
}

/** @throws CdcError NOT_COMPARABLE where a column of the key cannot be compared */
export function comparedTable(
  { published, columns, topic, isCompacted }: TableSource,
  config: ConnectorConfig,
  modes: EventModes,
): ComparedTable {
  const label = `${published.schema}.${published.name}`;
  const { columns: eventful, notes } = eventColumns(published, columns, config);
  const codecs = eventful.map((column) => [column.name, codecOf(column, modes)] as const);
  const unsupported = new Map(
    codecs.flatMap(([name, codec]) => ("unsupported" in codec ? [[name, codec.unsupported]] : [])),
  );
  const comparable = eventful.filter(({ name }) => !unsupported.has(name));
  const key = messageKeyOf(config, published) ?? published.key;
  const missing = key.find((name) => !comparable.some((column) => column.name === name));
  if (missing !== undefined) {
    const why = unsupported.get(missing) ?? "no event holds it as it is in PostgreSQL";
    throw new CdcError("NOT_COMPARABLE", `${label}: its key ${missing} cannot be compared: ${why}`, {
      hint: "compare the other tables with --table",
    });
  }
  return {
    published,
    columns,
    label,
    topic,
    spec: {
      schema: published.schema,
      name: published.name,
      columns: comparable,
      key,
      isCompacted,
      hasTombstones: hasTombstones(config),
    },
    whyNotWhole: whyNotWhole(config, published),
    notes: [
      ...notes,
      ...[...unsupported].map(([name, why]) => `${name} is not compared: ${why}`),
      ...codecs.flatMap(([name, codec]) =>
        "unsupported" in codec || codec.caveat === undefined ? [] : [`${name}: ${codec.caveat}`],
      ),
      ...filterNote(published),
    ],
  };
}

/** Flattening may drop them, or make them out of deletes. */
function hasTombstones(config: ConnectorConfig): boolean {
  const isFlattened = Object.entries(config).some(
    ([key, value]) => key.startsWith("transforms.") && value.endsWith(".ExtractNewRecordState"),
  );
  return config["tombstones.on.delete"] !== "false" && !isFlattened;
}

const filterNote = ({ rowFilter }: PublishedTable): string[] =>
  rowFilter === null ? [] : [`only rows are compared that the publication takes: ${rowFilter}`];

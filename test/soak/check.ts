import type { TableReconciliation } from "../../src/reconcile/reconciliation.js";
import type { JsonDocument } from "../support/cli.js";
import { readTopic } from "../support/topic-records.js";
import type { Field } from "./field.js";

/** For a topic of an hour, on a busy machine. */
const READ_MS = 300_000;

/** What all databases together have. */
export interface Totals {
  readonly rows: number;
  readonly events: number;
  /** Events that came more than once, as they may after a restart. */
  readonly repeated: number;
}

/**
 * Compares rows and events of every database while they are written to; then the numbers, while nobody writes.
 * @throws Error for whatever is not as it should be
 */
export async function check(field: Field): Promise<Totals> {
  const totals = { rows: 0, events: 0, repeated: 0 };
  for (const database of field.databases) {
    for (const { table, rows, events, duplicates, ...counts } of await reconcile(field, database)) {
      const { lost, extra, different, unproved, undecodable, noTombstone, foreign } = counts;
      if (lost + extra + different + unproved + undecodable + noTombstone + foreign > 0) {
        throw new Error(`${database}: ${table}: ${JSON.stringify(counts)}`);
      }
      totals.rows += rows;
      totals.events += events;
      totals.repeated += duplicates;
    }
  }
  for (const ledger of field.ledgers) {
    await ledger.held(() => sameRows(field, ledger.database, "ledger", ledger.rows));
  }
  return totals;
}

/**
 * The same at the end, and whether the keys in Kafka are those that were written, read without the program.
 * @throws Error for whatever is not as it should be
 */
export async function checkAtTheEnd(field: Field): Promise<Totals> {
  const held = field.ledgers.reduce(
    (work: () => Promise<Totals>, ledger) => () => ledger.held(work),
    async () => {
      const totals = await check(field);
      for (const { database, rows } of field.ledgers) await sameKeys(field, database, "ledger", rows);
      for (const { database, table, rows } of field.filled) await sameKeys(field, database, table, rows);
      return totals;
    },
  );
  return held();
}

async function reconcile({ stack }: Field, database: string): Promise<readonly TableReconciliation[]> {
  const { document, exitCode, stderr } = await stack.workspace.json(
    "reconcile",
    database,
    "--timeout",
    "180",
  );
  const { tables } = document as JsonDocument & { readonly tables?: readonly TableReconciliation[] };
  if (exitCode !== 0 || tables === undefined) {
    throw new Error(`reconcile of ${database}: ${stderr}\n${JSON.stringify(tables)}`);
  }
  return tables;
}

async function sameRows({ stack }: Field, database: string, table: string, written: number): Promise<void> {
  const [row] = await stack.sql(`SELECT count(*)::int AS rows, min(id), max(id) FROM ${table}`, database);
  const expected =
    written === 0 ? { rows: 0, min: null, max: null } : { rows: written, min: 1, max: written };
  if (JSON.stringify(row) !== JSON.stringify(expected)) {
    throw new Error(`${database}: ${table}: written ${written}, found ${JSON.stringify(row)}`);
  }
}

async function sameKeys(field: Field, database: string, table: string, written: number): Promise<void> {
  await sameRows(field, database, table, written);
  if (written === 0) return;
  const broker = `127.0.0.1:${field.stack.workspace.env.CDC_PIPELINE_LOCAL_KAFKA_PORT ?? ""}`;
  const records = await readTopic([broker], `debezium.${database}.public.${table}`, READ_MS);
  const keys = new Set(records.map(({ key }) => (JSON.parse(String(key)) as { readonly id: number }).id));
  const isWithin = [...keys].every((key) => key >= 1 && key <= written);
  if (keys.size !== written || !isWithin) {
    throw new Error(`${database}: ${table}: written ${written} keys, in Kafka ${keys.size}`);
  }
}

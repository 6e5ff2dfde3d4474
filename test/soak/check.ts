import type { TableReconciliation } from "../../src/reconcile/reconciliation.js";
import type { JsonDocument } from "../support/cli.js";
import { readTopic } from "../support/topic-records.js";
import type { Field } from "./field.js";
import { judgeKeys, judgeTable } from "./judge.js";

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
 * Compares rows and events of every database while they are written to; then the ledgers' keys, while nobody writes them.
 * @throws Error for whatever is not as it should be
 */
export async function check(field: Field): Promise<Totals> {
  const totals = { rows: 0, events: 0, repeated: 0 };
  for (const database of field.databases) {
    for (const table of await reconcile(field, database)) {
      refuse(`reconcile of ${database}`, judgeTable(table));
      totals.rows += table.rows;
      totals.events += table.events;
      totals.repeated += table.duplicates;
    }
  }
  for (const ledger of field.ledgers) {
    const { database } = ledger;
    await ledger.held(() => keysInPostgres(field, { database, table: "ledger", rows: ledger.rows }));
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
      const ledgers = field.ledgers.map(({ database, rows }) => ({ database, table: "ledger", rows }));
      for (const written of [...ledgers, ...field.filled]) {
        await keysInPostgres(field, written);
        await keysInKafka(field, written);
      }
      return totals;
    },
  );
  return held();
}

/** A table of which the keys from 1 to `rows` were committed. */
interface Written {
  readonly database: string;
  readonly table: string;
  readonly rows: number;
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

async function keysInPostgres({ stack }: Field, { database, table, rows }: Written): Promise<void> {
  const found = await stack.sql(`SELECT id FROM ${table}`, database);
  const keys = found.map(({ id }) => id as number);
  refuse(`${database}: ${table} in PostgreSQL`, judgeKeys(keys, rows));
}

async function keysInKafka({ stack }: Field, { database, table, rows }: Written): Promise<void> {
  if (rows === 0) return;
  const broker = `127.0.0.1:${stack.workspace.env.CDC_PIPELINE_LOCAL_KAFKA_PORT ?? ""}`;
  const records = await readTopic([broker], `debezium.${database}.public.${table}`, READ_MS);
  const keys = records.map(({ key }) => (JSON.parse(String(key)) as { readonly id: number }).id);
  refuse(`${database}: ${table} in Kafka`, judgeKeys(keys, rows));
}

function refuse(where: string, problem: string | undefined): void {
  if (problem !== undefined) throw new Error(`${where}: ${problem}`);
}

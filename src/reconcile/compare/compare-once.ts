import type { Context } from "../../context.js";
import { formatCount } from "../../format.js";
import { outcome, type Stage } from "../../run-stage.js";
import { nextTransaction } from "../cut/primary-positions.js";
import type { Comparison, Engine } from "../engine/engine.js";
import { transactionReading } from "../transactions/read-transactions.js";
import type { ComparedPair } from "./compared-pair.js";
import { newestEvents } from "./newest-events.js";
import { EventReading } from "./read-events.js";
import { readRows } from "./read-rows.js";
import { takeCut } from "./take-cut.js";

/** What a comparison came to; the transaction in which its rows were read is still open. */
export interface Compared {
  readonly comparison: Comparison;
  readonly takenAtMs: number;
  /** By table, when its first event that was read came to Kafka; in milliseconds since 1970. */
  readonly firstEventMs: readonly (number | undefined)[];
  /** By table, whether events have been cut off before that. */
  readonly isCutOff: readonly boolean[];
}

/**
 * Compares events and rows, in the order that is the least burden for PostgreSQL: most events are read before the
 * snapshot is taken. Where something seems wrong it is looked at again once the connector has confirmed that nothing
 * is under way any more.
 * @returns undefined where a table was altered or dropped meanwhile
 */
export async function compareOnce(
  pair: ComparedPair,
  engine: Engine,
  stage: Stage,
  context: Context,
): Promise<Compared | undefined> {
  const { options, found, kafka, primary, reader } = pair;
  const { tables, modes } = found;
  const step: Stage["step"] = (name, run) => stage.step(name, run, { database: options.database });
  const events = new EventReading(kafka, tables, engine, context, options.sinceMs);
  const transactions = transactionReading(pair, engine, context);
  const readTransactions = async (update: (message: string) => void) =>
    transactions?.readTo(await transactions.readEnds(), update);
  const readEnds = () => events.readEnds();
  const readNewest = async (update: (message: string) => void) => {
    const before = events.count;
    const changed = await events.readTo(await readEnds(), update);
    await readTransactions(update);
    return { changed, text: `${formatCount(events.count - before)} events since the snapshot` };
  };
  const rows = { client: reader, tables, modes, engine, context };

  await step("events", async (update) => {
    await events.readTo(await readEnds(), update);
    await readTransactions(update);
    return outcome("unchanged", `${formatCount(events.count)} of ${formatCount(tables.length)} tables`);
  });
  const cut = await step("snapshot", async (update) => {
    const taken = await takeCut(pair, readEnds, context, update);
    return outcome("unchanged", taken === undefined ? "a table was altered meanwhile" : undefined, taken);
  });
  if (cut === undefined) return undefined;
  const newest = newestEvents(pair, cut.lsn, context);
  const compare = () =>
    step("comparison", async () => {
      const nextAtEnd = await nextTransaction(primary);
      const comparison = await engine.compare({ ...cut, nextAtEnd, cutOff: events.cutOff });
      return outcome("unchanged", undefined, comparison);
    });
  const confirm = () =>
    step("confirmation of the connector", async (update) => {
      await newest.confirm(update);
      const { changed, text } = await readNewest(update);
      return outcome("unchanged", text, changed);
    });

  const isSeen = await step("newest events", async (update) => {
    if (!(await newest.see(update))) return outcome("unchanged", "no event to see them by yet", false);
    const { text } = await readNewest(update);
    return outcome("unchanged", text, true);
  });
  if (!isSeen) await confirm();
  await step("rows", async (update) => {
    await readRows(rows, [...tables.keys()], update);
    return outcome("unchanged");
  });
  let comparison = await compare();
  // What the connector confirms says nothing of topics that it does not write to.
  if (isSeen && options.topics === undefined && isWrong(comparison)) {
    const changed = await confirm();
    if (changed.length > 0) {
      await step("rows once more", async (update) => {
        await readRows(rows, changed, update);
        return outcome("unchanged");
      });
    }
    if (changed.length > 0 || transactions !== undefined) comparison = await compare();
  }
  return {
    comparison,
    takenAtMs: cut.takenAtMs,
    firstEventMs: tables.map((_, number) => events.firstEventMs(number)),
    isCutOff: events.cutOff.map(({ size }) => size > 0),
  };
}

const isWrong = ({ tables, transactions }: Comparison): boolean =>
  tables.some(({ lost, extra, different }) => lost + extra + different > 0) ||
  (transactions?.incomplete ?? 0) > 0;

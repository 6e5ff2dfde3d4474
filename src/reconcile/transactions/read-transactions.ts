import type { Context } from "../../context.js";
import type { ComparedPair } from "../compare/compared-pair.js";
import { EventReading } from "../compare/read-events.js";
import type { Engine } from "../engine/engine.js";
import { transactionTopicOf } from "./transaction-topic.js";

/** By this number the engine knows the topic of transactions. */
const TRANSACTIONS = -1;

/**
 * The reading of the topic in which the connector tells of transactions; undefined where they are not checked.
 * @throws CdcError TRANSACTIONS_NOT_TOLD
 */
export function transactionReading(
  { options, connector, kafka }: Pick<ComparedPair, "options" | "connector" | "kafka">,
  engine: Pick<Engine, "addRecords">,
  context: Context,
): EventReading | undefined {
  if (options.transactions !== true) return undefined;
  const topic = transactionTopicOf(connector.names.connector, connector.config);
  const taker: Pick<Engine, "addRecords"> = {
    addRecords: (chunk) => engine.addRecords({ ...chunk, table: TRANSACTIONS }),
  };
  return new EventReading(kafka, [{ topic, whyNotWhole: undefined }], taker, context, options.sinceMs);
}

import { CdcError } from "../../errors.js";
import { explainKafkaRefusal } from "./explain-refusal.js";

/** kafkajs's names of failures that it does not always call retriable. */
const PASSING = new Set([
  "KafkaJSConnectionError",
  "KafkaJSConnectionClosedError",
  "KafkaJSBrokerNotFound",
  "KafkaJSNoBrokerAvailableError",
  "KafkaJSNumberOfRetriesExceeded",
  "KafkaJSRequestTimeoutError",
  "KafkaJSTopicMetadataNotLoaded",
]);

/** Whether trying again may help: a broker is away, a leader changes; not where something is not allowed. */
export function passesByItself(error: unknown): boolean {
  if (!(error instanceof CdcError) || error.code !== "KAFKA_UNREACHABLE") return false;
  // A certificate does not get right by waiting.
  if (error.cause instanceof Error && explainKafkaRefusal(error.cause) !== undefined) return false;
  for (let cause = error.cause; cause instanceof Error; cause = cause.cause) {
    if (PASSING.has(cause.name) || (cause as { retriable?: unknown }).retriable === true) return true;
  }
  return false;
}

import { CdcError } from "../../errors.js";
import type { KafkaEndpoint } from "./create-kafka.js";

/** kafkajs's error as one of ours; whatever else was thrown as it is. */
export function translateKafkaError(error: unknown, { brokers }: KafkaEndpoint): unknown {
  if (error instanceof CdcError || !(error instanceof Error)) return error;
  // What our own code threw within kafkajs.
  if (error.cause instanceof CdcError) return error.cause;
  const reason = kafkaTypeOf(error);
  if (reason?.endsWith("_AUTHORIZATION_FAILED") === true) {
    const what = reason.replace("_AUTHORIZATION_FAILED", "").replace("_ID", "").toLowerCase();
    return new CdcError("KAFKA_REFUSED", `Kafka at ${brokers.join(", ")}: ${error.message}`, {
      hint: `its ACLs do not allow it; needed: READ and DESCRIBE of topics, READ and DELETE of groups cdc-pipeline-* (refused: ${what})`,
      cause: error,
    });
  }
  if (error.name.startsWith("KafkaJS")) {
    return new CdcError("KAFKA_UNREACHABLE", `Kafka at ${brokers.join(", ")}: ${error.message}`, {
      hint: "cdc-pipeline status; for servers of your own check kafka.brokers (CDC_PIPELINE_KAFKA_BROKERS)",
      cause: error,
    });
  }
  return error;
}

/** Kafka's own word for what is wrong, also behind an error that tells of retries. */
function kafkaTypeOf(error: Error): string | undefined {
  const { type, cause } = error as { readonly type?: unknown; readonly cause?: unknown };
  if (typeof type === "string") return type;
  return cause instanceof Error ? kafkaTypeOf(cause) : undefined;
}

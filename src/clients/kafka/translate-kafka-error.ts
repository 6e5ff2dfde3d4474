import { CdcError } from "../../errors.js";
import { explainKafkaRefusal, suspectKafkaSecurity } from "./explain-refusal.js";
import type { KafkaEndpoint } from "./kafka-endpoint.js";

const UNREACHABLE_HINT =
  "cdc-pipeline status; for servers of your own check kafka.brokers (CDC_PIPELINE_KAFKA_BROKERS)";

/** kafkajs's error as one of ours; whatever else was thrown as it is. */
export function translateKafkaError(error: unknown, { brokers, access }: KafkaEndpoint): unknown {
  if (error instanceof CdcError || !(error instanceof Error)) return error;
  // What our own code threw within kafkajs.
  const own = ownCauseOf(error);
  if (own !== undefined) return own;
  const where = `Kafka at ${brokers.join(", ")}`;
  const reason = kafkaTypeOf(error);
  if (reason?.endsWith("_AUTHORIZATION_FAILED") === true) {
    const what = reason.replace("_AUTHORIZATION_FAILED", "").replace("_ID", "").toLowerCase();
    return new CdcError("KAFKA_REFUSED", `${where}: ${error.message}`, {
      hint: `its ACLs do not allow it; needed: READ and DESCRIBE of topics, READ and DELETE of groups cdc-pipeline-* (refused: ${what})`,
      cause: error,
    });
  }
  const refusal = explainKafkaRefusal(error, access);
  if (refusal !== undefined) {
    const { code, why, hint } = refusal;
    return new CdcError(code, `${where}: ${why}`, { hint, cause: error });
  }
  if (error.name.startsWith("KafkaJS")) {
    const suspicion = suspectKafkaSecurity(error, access);
    return new CdcError("KAFKA_UNREACHABLE", `${where}: ${error.message}`, {
      hint: suspicion === undefined ? UNREACHABLE_HINT : `${UNREACHABLE_HINT}; ${suspicion}`,
      cause: error,
    });
  }
  return error;
}

function ownCauseOf(error: Error): CdcError | undefined {
  for (let cause = error.cause; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof CdcError) return cause;
  }
  return undefined;
}

/** Kafka's own word for what is wrong, also behind an error that tells of retries. */
function kafkaTypeOf(error: Error): string | undefined {
  const { type, cause } = error as { readonly type?: unknown; readonly cause?: unknown };
  if (typeof type === "string") return type;
  return cause instanceof Error ? kafkaTypeOf(cause) : undefined;
}

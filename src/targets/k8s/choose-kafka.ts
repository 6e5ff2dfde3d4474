import type { ConnectEndpoint } from "../../clients/connect/connect-endpoint.js";
import type { KafkaEndpoint } from "../../clients/kafka/kafka-endpoint.js";
import type { Config } from "../../config/config.js";
import { CdcError } from "../../errors.js";

/** Whose Kafka and Kafka Connect are used: those of this target, or those that the configuration names. */
export type KafkaChoice =
  | { readonly kind: "own" }
  | { readonly kind: "given"; readonly connect: ConnectEndpoint; readonly kafka: KafkaEndpoint };

/** Whether the configuration names those of somebody else. */
export const isGiven = ({ k8s, given }: Config): boolean =>
  !k8s.withKafka && given.has("connect.url") && given.has("kafka.brokers");

/**
 * @param hasOwn whether Kafka Connect was deployed here before
 * @throws CdcError KAFKA_NOT_CHOSEN
 */
export function chooseKafka({ k8s, connect, kafka, given }: Config, hasOwn: boolean): KafkaChoice {
  if (k8s.withKafka) return { kind: "own" };
  const missing = ["connect.url", "kafka.brokers"].filter((key) => !given.has(key));
  if (missing.length === 0) {
    return { kind: "given", connect, kafka };
  }
  if (missing.length === 2 && hasOwn) return { kind: "own" };
  const what =
    missing.length === 2
      ? "there is no Kafka Connect yet: neither connect.url and kafka.brokers are set, nor --with-kafka was given"
      : `${missing.join("")} is not set, but the other of connect.url and kafka.brokers is`;
  throw new CdcError("KAFKA_NOT_CHOSEN", what, {
    hint: "for those in a cluster: CDC_PIPELINE_CONNECT_URL=http://NAME.NAMESPACE.svc:8083 CDC_PIPELINE_KAFKA_BROKERS=NAME.NAMESPACE.svc:9092; for single ones to try: --with-kafka",
  });
}

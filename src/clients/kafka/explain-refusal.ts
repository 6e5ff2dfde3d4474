import { explainTlsError } from "../tls/explain-tls-error.js";
import type { KafkaAccess } from "./kafka-endpoint.js";

/** Why a broker takes no connection: it lasts until somebody changes a setting. */
export interface KafkaRefusal {
  readonly code: "KAFKA_REFUSED" | "KAFKA_UNREACHABLE";
  readonly why: string;
  readonly hint: string;
}

/**
 * What TLS or the login has to do with an error of kafkajs; undefined where it is something else, which may pass.
 * @param access what the brokers were shown
 */
export function explainKafkaRefusal(error: Error, access: KafkaAccess = {}): KafkaRefusal | undefined {
  const chain = causesOf(error);
  for (const { message, code, name, type } of chain) {
    const tls = explainTlsError({ code, message: message.replace(/^Connection error: /, "") }, "kafka");
    if (tls !== undefined) return { code: "KAFKA_UNREACHABLE", ...tls };
    if (name === "KafkaJSSASLAuthenticationError") return explainLogin(message, access);
    if (type === "ILLEGAL_SASL_STATE") {
      return {
        code: "KAFKA_REFUSED",
        why: "it takes no login on this port",
        hint: "name the port of a SASL listener in kafka.brokers, or leave kafka.sasl out",
      };
    }
  }
  return undefined;
}

/**
 * What may be meant by a broker that ends the connection without a word: so it does with whoever speaks without
 * TLS or a login where it wants them, and with TLS where it has none. Undefined where it did not.
 */
export function suspectKafkaSecurity(error: Error, { tls, sasl }: KafkaAccess = {}): string | undefined {
  const causes = causesOf(error);
  const isClosed = causes.some(({ name }) => name === "KafkaJSConnectionClosedError");
  const isCut = causes.some(
    ({ message, code }) => code === "ECONNRESET" || message.includes("Connection timeout"),
  );
  if (!isClosed && !isCut) return undefined;
  if (tls !== undefined) {
    // It was made, and so TLS was: what was asked for before a login was too early.
    if (isClosed && sasl === undefined)
      return "brokers end connections without kafka.sasl where they want a login";
    return "is it a TLS listener that kafka.brokers names? Else set kafka.tls to false";
  }
  return sasl === undefined
    ? "brokers end connections without kafka.tls where they want TLS, and without kafka.sasl where they want a login"
    : "brokers end connections without kafka.tls where they want TLS";
}

function explainLogin(message: string, { sasl }: KafkaAccess): KafkaRefusal {
  if (message.includes("mechanism is not supported")) {
    return {
      code: "KAFKA_REFUSED",
      why: `it does not know the SASL mechanism ${sasl?.mechanism ?? ""}`,
      hint: "set kafka.sasl to one that this listener has (its sasl.enabled.mechanisms)",
    };
  }
  const isToken = sasl?.mechanism === "oauthbearer";
  return {
    code: "KAFKA_REFUSED",
    why: `it refused the login: ${message.replace(/^SASL .*? failed: /, "")}`,
    hint: isToken
      ? "check where the token comes from: kafka.tokenFile, or kafka.tokenUrl with its client"
      : "check kafka.username and kafka.password (CDC_PIPELINE_KAFKA_PASSWORD)",
  };
}

interface Cause {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly type?: unknown;
}

function causesOf(error: Error): readonly Cause[] {
  const { name, message, cause } = error;
  const { code, type } = error as { readonly code?: unknown; readonly type?: unknown };
  const first = { name, message, type, ...(typeof code === "string" ? { code } : {}) };
  return cause instanceof Error && cause !== error ? [first, ...causesOf(cause)] : [first];
}

import { Kafka, logLevel, type Mechanism, type SASLOptions } from "kafkajs";

import { registerCodecs } from "./codecs/register-codecs.js";
import type { KafkaEndpoint, KafkaSasl } from "./kafka-endpoint.js";
import { kafkaSockets } from "./kafka-sockets.js";
import { oauthLogin } from "./oauth-login.js";

registerCodecs();

export interface KafkaOptions {
  /** How long to wait for one connection, in milliseconds. */
  readonly connectionTimeoutMs?: number;
  /** Attempts after the first for each request. */
  readonly retries?: number;
}

export function createKafka(endpoint: KafkaEndpoint, options: KafkaOptions = {}): Kafka {
  const sasl = endpoint.access?.sasl;
  return new Kafka({
    clientId: "cdc-pipeline",
    brokers: [...endpoint.brokers],
    connectionTimeout: options.connectionTimeoutMs ?? 5_000,
    retry: { retries: options.retries ?? 5, initialRetryTime: 100, maxRetryTime: 2_000 },
    // What goes wrong comes back as an error, and is told once.
    logLevel: logLevel.NOTHING,
    socketFactory: kafkaSockets(endpoint),
    ...(sasl === undefined ? {} : { sasl: saslOptions(sasl) }),
  });
}

/** A new object each time: kafkajs keeps state in it. */
function saslOptions(sasl: KafkaSasl): SASLOptions | Mechanism {
  if (sasl.mechanism === "oauthbearer") return oauthLogin(sasl.origin);
  const { mechanism, username, password } = sasl;
  switch (mechanism) {
    case "plain":
      return { mechanism, username, password };
    case "scram-sha-256":
      return { mechanism, username, password };
    case "scram-sha-512":
      return { mechanism, username, password };
  }
}

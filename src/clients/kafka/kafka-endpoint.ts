import type { TlsAccess } from "../tls/tls-access.js";
import type { TokenOrigin } from "./token-source.js";

/** How this process reaches Kafka. */
export interface KafkaEndpoint {
  /** `host:port` of each broker to ask first. */
  readonly brokers: readonly string[];
  /**
   * Where the addresses that the brokers tell of themselves lead through a tunnel: the address to connect to, by
   * the address told, both `host:port`. One that is missing is taken as it is.
   */
  readonly routes?: ReadonlyMap<string, string>;
  /** Without it, anybody may ask, and everybody on the way may read. */
  readonly access?: KafkaAccess;
}

/** What the brokers ask of their clients. Never shown. */
export interface KafkaAccess {
  /** Without it, nothing is encrypted. */
  readonly tls?: TlsAccess;
  readonly sasl?: KafkaSasl;
}

export type KafkaSasl =
  | {
      readonly mechanism: "plain" | "scram-sha-256" | "scram-sha-512";
      readonly username: string;
      readonly password: string;
    }
  | { readonly mechanism: "oauthbearer"; readonly origin: TokenOrigin };

import { connect } from "node:net";

import { type ISocketFactory, Kafka, logLevel } from "kafkajs";

import { registerCodecs } from "./codecs/register-codecs.js";

registerCodecs();

/** How this process reaches Kafka. */
export interface KafkaEndpoint {
  /** `host:port` of each broker to ask first. */
  readonly brokers: readonly string[];
  /**
   * Where the addresses that the brokers tell of themselves lead through a tunnel: the address to connect to, by
   * the address told, both `host:port`. One that is missing is taken as it is.
   */
  readonly routes?: ReadonlyMap<string, string>;
}

export interface KafkaOptions {
  /** How long to wait for one connection, in milliseconds. */
  readonly connectionTimeoutMs?: number;
  /** Attempts after the first for each request. */
  readonly retries?: number;
}

export function createKafka({ brokers, routes }: KafkaEndpoint, options: KafkaOptions = {}): Kafka {
  return new Kafka({
    clientId: "cdc-pipeline",
    brokers: [...brokers],
    connectionTimeout: options.connectionTimeoutMs ?? 5_000,
    retry: { retries: options.retries ?? 5, initialRetryTime: 100, maxRetryTime: 2_000 },
    // What goes wrong comes back as an error, and is told once.
    logLevel: logLevel.NOTHING,
    ...(routes === undefined ? {} : { socketFactory: routedSockets(routes) }),
  });
}

function routedSockets(routes: ReadonlyMap<string, string>): ISocketFactory {
  return ({ host, port, onConnect }) => {
    const address = routes.get(`${host}:${port}`) ?? `${host}:${port}`;
    const colon = address.lastIndexOf(":");
    return connect(
      { host: address.slice(0, colon), port: Number(address.slice(colon + 1)), keepAlive: true },
      onConnect,
    );
  };
}

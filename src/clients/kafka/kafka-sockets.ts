import { connect, isIP } from "node:net";
import { checkServerIdentity, connect as connectTls } from "node:tls";

import type { ISocketFactory } from "kafkajs";

import { secureContextOf } from "../tls/tls-access.js";
import type { KafkaEndpoint } from "./kafka-endpoint.js";

const KEEP_ALIVE_MS = 60_000;

/**
 * Connections to brokers: TLS where it is asked for, and through tunnels where there are some. The certificate
 * must be of the host that the broker tells of itself, whatever the way to it.
 */
export function kafkaSockets({ routes, access }: KafkaEndpoint): ISocketFactory {
  const tls = access?.tls;
  return ({ host, port, onConnect }) => {
    const address = routes?.get(`${host}:${port}`) ?? `${host}:${port}`;
    const colon = address.lastIndexOf(":");
    const way = { host: address.slice(0, colon), port: Number(address.slice(colon + 1)) };
    const socket =
      tls === undefined
        ? connect(way, onConnect)
        : connectTls(
            {
              ...way,
              ...secureContextOf(tls),
              // An address may not stand there (RFC 6066).
              ...(isIP(host) === 0 ? { servername: host } : {}),
              checkServerIdentity: (_, certificate) => checkServerIdentity(host, certificate),
            },
            onConnect,
          );
    return socket.setKeepAlive(true, KEEP_ALIVE_MS);
  };
}

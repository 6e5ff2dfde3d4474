import type { ConnectAccess } from "../clients/connect/connect-endpoint.js";
import type { Config } from "./config.js";
import { decodeUserInfo } from "./decode-user-info.js";

/** Every secret in a configuration, in each of the forms in which a server may quote it. */
export function secretsOf({ postgres, debezium, connect }: Config): readonly string[] {
  return [postgres.adminPassword, debezium.password, ...secretsIn(connect.access ?? {})];
}

function secretsIn({ basic, token, headers, proxy, clientCertificate }: ConnectAccess): readonly string[] {
  const proxyUrl = proxy === undefined ? undefined : new URL(proxy);
  return [
    ...(basic === undefined ? [] : [basic.password, base64(`${basic.username}:${basic.password}`)]),
    ...(token === undefined ? [] : [token]),
    ...Object.values(headers ?? {}),
    ...(proxyUrl === undefined ? [] : [proxyUrl.password, decodeUserInfo(proxyUrl.password)]),
    ...(clientCertificate === undefined ? [] : [clientCertificate.key]),
  ].filter((secret) => secret !== "");
}

const base64 = (text: string): string => Buffer.from(text).toString("base64");

import type { ConnectAccess } from "../clients/connect/connect-endpoint.js";
import type { KafkaAccess } from "../clients/kafka/kafka-endpoint.js";
import type { ClientCredentials } from "../clients/kafka/token-source.js";
import type { Config } from "./config.js";
import { decodeUserInfo } from "./decode-user-info.js";

/** Every secret in a configuration, in each of the forms in which a server may quote it. */
export function secretsOf({ postgres, debezium, connect, kafka }: Config): readonly string[] {
  return [
    postgres.adminPassword,
    debezium.password,
    ...secretsIn(connect.access ?? {}),
    ...(postgres.tls?.clientCertificate === undefined ? [] : [postgres.tls.clientCertificate.key]),
    ...secretsOfKafka(kafka.access ?? {}),
  ];
}

function secretsOfKafka({ tls, sasl }: KafkaAccess): readonly string[] {
  const key = tls?.clientCertificate === undefined ? [] : [tls.clientCertificate.key];
  if (sasl === undefined) return key;
  if (sasl.mechanism !== "oauthbearer") return [...key, sasl.password];
  return "file" in sasl.origin ? key : [...key, ...formsOfClientSecret(sasl.origin)];
}

/** As it is, and as it goes to the token endpoint. */
function formsOfClientSecret({ clientId, clientSecret }: ClientCredentials): readonly string[] {
  const encoded = encodeURIComponent(clientSecret);
  return [clientSecret, encoded, base64(`${encodeURIComponent(clientId)}:${encoded}`)];
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

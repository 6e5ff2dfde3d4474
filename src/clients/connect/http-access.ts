import { Agent } from "node:https";

import type { AxiosRequestConfig } from "axios";

import { secureContextOf } from "../tls/tls-access.js";
import type { ConnectAccess } from "./connect-endpoint.js";

/** What axios needs to know to get access. */
export function httpAccess(access: ConnectAccess = {}): AxiosRequestConfig {
  const { basic, token, headers = {}, ca, clientCertificate, proxy, serverName } = access;
  const bearer = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  const isOwnTls = ca !== undefined || clientCertificate !== undefined || serverName !== undefined;
  return {
    // Without a setting, a proxy from the environment must not get between us and a worker on loopback.
    proxy: proxy === undefined ? false : proxyOf(new URL(proxy)),
    headers: { ...headers, ...bearer },
    ...(basic === undefined ? {} : { auth: basic }),
    ...(isOwnTls ? { httpsAgent: createAgent(access) } : {}),
  };
}

function createAgent({ serverName, ...access }: ConnectAccess): Agent {
  return new Agent({
    keepAlive: true,
    ...secureContextOf(access),
    ...(serverName === undefined ? {} : { servername: serverName }),
  });
}

/** For https, axios asks the proxy for a tunnel (CONNECT), so that TLS reaches from here to the worker. */
function proxyOf({ protocol, hostname, port, username, password }: URL) {
  const isTls = protocol === "https:";
  const auth = { username: decodeURIComponent(username), password: decodeURIComponent(password) };
  return {
    protocol,
    host: hostname,
    port: port === "" ? (isTls ? 443 : 80) : Number(port),
    ...(username === "" ? {} : { auth }),
  };
}

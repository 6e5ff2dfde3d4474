import type { Agent } from "node:http";
import { Agent as HttpsAgent, type RequestOptions } from "node:https";

import { CdcError } from "../../errors.js";
import type { ClusterAccess } from "./load-kubeconfig.js";

/** What goes with every request: headers with the login, and the agent with the certificates. */
export interface ApiLogin {
  readonly headers: Readonly<Record<string, string>>;
  readonly agent: Agent;
}

/** How long a login is used before the kubeconfig's plugin or token file is asked again. */
const RENEW_AFTER_MS = 60_000;

/**
 * Logs in as the kubeconfig says it. Connections are kept between requests, which the client's own requests do not:
 * each of them makes an agent of its own, and with it a TLS handshake.
 */
export function createLogin({ config, context, server }: ClusterAccess) {
  let current: { readonly login: ApiLogin; readonly madeAtMs: number } | undefined;

  async function make(): Promise<ApiLogin> {
    const options: RequestOptions = {};
    const cluster = config.getCurrentCluster();
    // kubectl takes plain HTTP as it is, for one that of `kubectl proxy`; the client wants this to be said.
    if (cluster && server.startsWith("http:")) Object.assign(cluster, { skipTLSVerify: true });
    try {
      await config.applyToHTTPSOptions(options);
    } catch (error) {
      const why = error instanceof Error ? error.message.trim().split("\n", 1).join("") : String(error);
      throw new CdcError("CLUSTER_REFUSED", `no login for the context "${context}" could be got: ${why}`, {
        hint: `kubectl --context ${context} auth whoami`,
      });
    }
    const headers: Record<string, string> = {};
    for (const [name, value] of Object.entries(options.headers ?? {})) headers[name] = String(value);
    if (typeof options.auth === "string") {
      headers.Authorization = `Basic ${Buffer.from(options.auth).toString("base64")}`;
    }
    const agent = options.agent as Agent;
    const isPlain = cluster?.proxyUrl === undefined && server.startsWith("https:");
    return { headers, agent: isPlain ? keepAliveAgent(options) : agent };
  }

  return {
    async get(): Promise<ApiLogin> {
      if (current === undefined || performance.now() - current.madeAtMs > RENEW_AFTER_MS) {
        // The agent before it may still carry a log that is followed: it ends with its connections.
        current = { login: await make(), madeAtMs: performance.now() };
      }
      return current.login;
    },
    close: () => current?.login.agent.destroy(),
  };
}

export type Login = ReturnType<typeof createLogin>;

function keepAliveAgent({
  ca,
  cert,
  key,
  passphrase,
  pfx,
  rejectUnauthorized,
  servername,
}: RequestOptions): Agent {
  const given = { ca, cert, key, passphrase, pfx, rejectUnauthorized, servername };
  const options = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return new HttpsAgent({ keepAlive: true, ...options });
}

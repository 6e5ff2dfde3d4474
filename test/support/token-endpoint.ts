import { once } from "node:events";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";

import type { Certificate } from "./certificates.js";

export interface TokenEndpoint {
  readonly url: string;
  /** How often it was asked, and with which scope. */
  readonly scopes: readonly (string | undefined)[];
  close(): Promise<void>;
}

export const TOKEN_CLIENT = { clientId: "the client", clientSecret: "client secret:1" } as const;

/** An OAuth 2.0 token endpoint for client credentials. Its tokens are not signed: Kafka's tests take such. */
export async function startTokenEndpoint(
  { certificate, key }: Certificate,
  lifeS: number,
): Promise<TokenEndpoint> {
  const scopes: (string | undefined)[] = [];
  const encoded = Object.values(TOKEN_CLIENT).map((text) => encodeURIComponent(text));
  const expected = `Basic ${Buffer.from(encoded.join(":")).toString("base64")}`;
  const server = createServer({ cert: certificate, key }, (request, response) => {
    void (async () => {
      let body = "";
      for await (const chunk of request) body += String(chunk);
      const form = new URLSearchParams(body);
      const isKnown = request.headers.authorization === expected;
      const answer = isKnown
        ? { access_token: unsignedToken(lifeS), token_type: "Bearer", expires_in: lifeS }
        : { error: "invalid_client" };
      if (isKnown) scopes.push(form.get("scope") ?? undefined);
      const isAsked = form.get("grant_type") === "client_credentials";
      response.writeHead(isKnown && isAsked ? 200 : 401, { "content-type": "application/json" });
      response.end(JSON.stringify(answer));
    })();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}/token`,
    scopes,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** @param lifeS seconds until it expires; less than 0 for one that has */
export function unsignedToken(lifeS: number): string {
  const nowS = Math.floor(Date.now() / 1000);
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
  const claims = { sub: "ann", iat: Math.min(nowS, nowS + lifeS - 10), exp: nowS + lifeS };
  return `${encode({ alg: "none" })}.${encode(claims)}.`;
}

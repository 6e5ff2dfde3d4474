import { once } from "node:events";
import { type IncomingMessage, request, type ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";

import type { Certificate } from "./certificates.js";

export interface FrontOptions {
  /** The server's own certificate. */
  readonly certificate: Certificate;
  /** PEM of the authority that must have signed the caller's. */
  readonly clientAuthority?: string;
  /** The headers that a request must have, exactly; else it is answered with the status, in HTML. */
  readonly required?: Readonly<Record<string, string>>;
  readonly refusal?: number;
}

export interface HttpsFront {
  readonly port: number;
  close(): Promise<void>;
}

/** A reverse proxy that ends TLS before a server of this machine, as many have before Kafka Connect. */
export async function startHttpsFront(
  target: string,
  { certificate, clientAuthority, required = {}, refusal = 401 }: FrontOptions,
): Promise<HttpsFront> {
  const server = createServer(
    {
      cert: certificate.certificate,
      key: certificate.key,
      ...(clientAuthority === undefined
        ? {}
        : { ca: clientAuthority, requestCert: true, rejectUnauthorized: true }),
    },
    (incoming, response) => {
      const isLet = Object.entries(required).every(([name, value]) => incoming.headers[name] === value);
      if (isLet) pass(incoming, response, target);
      else response.writeHead(refusal, { "content-type": "text/html" }).end("<html>no</html>");
    },
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

function pass(incoming: IncomingMessage, response: ServerResponse, target: string): void {
  const { method = "GET", url = "/", headers } = incoming;
  const outgoing = request(new URL(url, target), { method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  outgoing.on("error", () => response.writeHead(502).end("<html>502 Bad Gateway</html>"));
  incoming.pipe(outgoing);
}

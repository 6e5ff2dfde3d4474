import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { CdcError } from "../errors.js";

export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface HttpServer {
  /** With the port that it got. */
  readonly url: string;
  close(): Promise<void>;
}

const HEADERS = {
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
};

/**
 * Answers GET and HEAD, whatever else is asked with 405.
 * @param answer by the path, without the query; undefined is 404
 * @throws CdcError PORT_TAKEN, USAGE where the address is none of this machine
 */
export async function startHttpServer(
  { host, port }: { readonly host: string; readonly port: number },
  answer: (path: string) => Answer | undefined,
): Promise<HttpServer> {
  const server = createServer((request, response) => {
    const { method = "", url = "/" } = request;
    const isKnown = method === "GET" || method === "HEAD";
    const { status, type, body, headers = {} } = isKnown ? answerTo(url, answer) : NOT_ALLOWED;
    const bytes = Buffer.from(body);
    response.writeHead(status, {
      ...HEADERS,
      "content-type": type,
      "content-length": bytes.length,
      ...headers,
    });
    response.end(method === "HEAD" ? undefined : bytes);
    // A body is none of our business.
    request.resume();
  });
  await listen(server, host, port);
  const address = server.address() as AddressInfo;
  const shown = address.family === "IPv6" ? `[${address.address}]` : address.address;
  return {
    url: `http://${shown}:${address.port}`,
    async close() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

const text = (status: number, body: string, headers = {}): Answer => ({
  ...{ status, body: `${body}\n`, headers },
  type: "text/plain; charset=utf-8",
});
const NOT_ALLOWED = text(405, "only GET and HEAD", { allow: "GET, HEAD" });

function answerTo(url: string, answer: (path: string) => Answer | undefined): Answer {
  const [path = "/"] = url.split("?");
  try {
    return answer(path) ?? text(404, "there is nothing here; / has the page");
  } catch {
    return text(500, "the answer could not be made");
  }
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  try {
    server.listen(port, host);
    await once(server, "listening");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "EADDRINUSE") {
      throw new CdcError("PORT_TAKEN", `port ${port} of ${host} is in use`, {
        hint: "end what has it, or take another one: --port PORT (0: any that is free)",
        cause: error,
      });
    }
    throw new CdcError("USAGE", `cannot listen on ${host}:${port}: ${message}`, {
      hint: "cdc-pipeline serve --help",
      cause: error,
    });
  }
}

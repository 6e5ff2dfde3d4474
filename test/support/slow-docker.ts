import { once } from "node:events";
import {
  createServer,
  type IncomingMessage,
  request,
  type RequestOptions,
  type ServerResponse,
} from "node:http";
import { setTimeout as delay } from "node:timers/promises";

import { docker } from "./compose-project.js";

export interface SlowDocker {
  /** For the variable DOCKER_HOST. */
  readonly host: string;
  /** Containers that were asked for and are not made yet. */
  readonly creating: () => number;
  /** Resolves when the daemon has done all that it was asked. */
  close(): Promise<void>;
}

/**
 * A way to the real daemon that is slow to make a container: what it was asked for it makes, also where the one
 * who asked has gone meanwhile, as a daemon does.
 */
export async function openSlowDocker(socket: string, createDelayMs: number): Promise<SlowDocker> {
  const daemon = await daemonAddress();
  const pending = new Set<Promise<void>>();
  let creating = 0;
  const server = createServer((incoming, outgoing) => {
    const isCreate = incoming.method === "POST" && /\/containers\/create\b/.test(incoming.url ?? "");
    const work = pass(incoming, outgoing, daemon, isCreate ? createDelayMs : 0).finally(() => {
      pending.delete(work);
      if (isCreate) creating -= 1;
    });
    pending.add(work);
    if (isCreate) creating += 1;
  });
  server.listen(socket);
  await once(server, "listening");
  return {
    host: `unix://${socket}`,
    creating: () => creating,
    async close() {
      await Promise.all(pending);
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

async function pass(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  daemon: RequestOptions,
  delayMs: number,
): Promise<void> {
  const body: Buffer[] = [];
  for await (const piece of incoming) body.push(piece as Buffer);
  if (delayMs > 0) await delay(delayMs);
  const { method, url: path, headers } = incoming;
  const forwarded = request({ ...daemon, method, path, headers });
  forwarded.end(Buffer.concat(body));
  const [answer] = (await once(forwarded, "response")) as [IncomingMessage];
  outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
  for await (const piece of answer) outgoing.write(piece);
  outgoing.end();
}

/** Where `docker` itself speaks with the daemon. */
async function daemonAddress(): Promise<RequestOptions> {
  const context = await docker("context", "inspect", "--format", "{{.Endpoints.docker.Host}}");
  const address = process.env.DOCKER_HOST ?? context;
  if (address.startsWith("unix://")) return { socketPath: address.slice("unix://".length) };
  const { hostname, port } = new URL(address);
  return { host: hostname, port };
}

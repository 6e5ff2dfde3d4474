import { once } from "node:events";
import { createServer, request } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";

export interface TunnelProxy {
  readonly port: number;
  /** `CONNECT host:port` or `GET http://…`, in order. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

/** An HTTP proxy as companies have one: tunnels for https, whole requests for http; with a login or without. */
export async function startTunnelProxy(login?: string): Promise<TunnelProxy> {
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  const expected = login === undefined ? undefined : `Basic ${Buffer.from(login).toString("base64")}`;
  const isLet = (header: string | undefined) => expected === undefined || header === expected;
  const server = createServer((incoming, response) => {
    requests.push(`${incoming.method} ${incoming.url}`);
    const { "proxy-authorization": given, ...headers } = incoming.headers;
    if (!isLet(given)) return void response.writeHead(407).end();
    const target = new URL(incoming.url ?? "/", `http://${headers.host}`);
    const outgoing = request(target, { method: incoming.method ?? "GET", headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    outgoing.on("error", () => response.writeHead(502).end());
    incoming.pipe(outgoing);
  });
  server.on("connect", (incoming, socket: Socket) => {
    requests.push(`CONNECT ${incoming.url}`);
    sockets.add(socket);
    if (!isLet(incoming.headers["proxy-authorization"])) {
      return void socket.end("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
    }
    const [host = "", port = "443"] = (incoming.url ?? "").split(":");
    const onward = connect(Number(port), host, () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      onward.pipe(socket).pipe(onward);
    });
    sockets.add(onward);
    for (const one of [onward, socket]) {
      one.on("error", () => {
        onward.destroy();
        socket.destroy();
      });
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    requests,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

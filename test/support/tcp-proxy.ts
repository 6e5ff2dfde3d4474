import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** A way to a server that can be cut, and be there again at the same place. */
export interface TcpProxy {
  readonly port: number;
  /** Breaks every connection, and refuses new ones until `restore`. */
  cut(): Promise<void>;
  restore(): Promise<void>;
  close(): Promise<void>;
}

/** Leads connections to a port of 127.0.0.1 on to a server. */
export async function startTcpProxy(target: {
  readonly host: string;
  readonly port: number;
}): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let server: Server | undefined;
  let port = 0;

  function keep(socket: Socket): void {
    sockets.add(socket);
    // What breaks is what the test is about.
    socket.on("error", () => undefined);
    socket.once("close", () => sockets.delete(socket));
  }

  async function restore(): Promise<void> {
    server = createServer((near) => {
      const far = connect(target);
      for (const socket of [near, far]) keep(socket);
      near.pipe(far).pipe(near);
      near.once("close", () => far.destroy());
      far.once("close", () => near.destroy());
    });
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    ({ port } = server.address() as AddressInfo);
  }

  async function cut(): Promise<void> {
    const closing = server;
    server = undefined;
    if (closing === undefined) return;
    closing.close();
    for (const socket of sockets) socket.destroy();
    await once(closing, "close");
  }

  await restore();
  return {
    get port() {
      return port;
    },
    cut,
    restore,
    close: cut,
  };
}

import { text } from "node:stream/consumers";

import WebSocket from "ws";

import type { Login } from "./api-login.js";

const HANDSHAKE_TIMEOUT_MS = 15_000;
/** The API server leaves a connection open after both sides have said that they close it. */
const CLOSE_TIMEOUT_MS = 1_000;
/** Load balancers in between drop what is silent for a minute. */
const PING_EVERY_MS = 30_000;
/** What may wait to be sent before the sender is asked to wait, in bytes. */
const SEND_BUFFER_BYTES = 1024 * 1024;

export interface PodSocketOptions {
  readonly server: string;
  readonly login: Login;
  /** With its query. */
  readonly path: string;
  readonly protocols: readonly string[];
  readonly signal: AbortSignal;
  /** Gets each message: its first byte is the channel. */
  readonly onMessage: (channel: number, piece: Buffer) => void;
}

/** The server answered the upgrade with something else. */
export class UpgradeRefused extends Error {
  readonly status: number;
  readonly body: unknown;

  constructor(status: number, body: unknown) {
    super(`the API server answers ${status}`);
    this.status = status;
    this.body = body;
  }
}

/**
 * A web socket with the channels of the Kubernetes API. The client's own cannot be told to wait, does not say why the
 * server refused it, and may close the process's own output:
 * https://github.com/kubernetes-client/javascript/issues/459
 */
export async function openPodSocket(options: PodSocketOptions): Promise<WebSocket> {
  const { server, path, protocols, signal, onMessage } = options;
  const { headers, agent } = await options.login.get();
  signal.throwIfAborted();
  const settings = {
    headers,
    agent,
    handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    closeTimeout: CLOSE_TIMEOUT_MS,
    perMessageDeflate: false,
  };
  const url = `${server.replace(/^http/, "ws").replace(/\/+$/, "")}${path}`;
  const socket = new WebSocket(url, [...protocols], settings);
  socket.on("message", (data) => {
    const message = data as Buffer;
    if (message.length > 0) onMessage(message.readUInt8(0), message.subarray(1));
  });
  const onAbort = (): void => socket.terminate();
  const ping = setInterval(() => {
    if (socket.readyState === WebSocket.OPEN) socket.ping();
  }, PING_EVERY_MS);
  ping.unref();
  signal.addEventListener("abort", onAbort);
  socket.once("close", () => {
    clearInterval(ping);
    signal.removeEventListener("abort", onAbort);
  });
  await opened(socket);
  return socket;
}

function opened(socket: WebSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once("open", resolve);
    // One that comes later is followed by `close`, which is what users of the socket look at.
    socket.on("error", reject);
    socket.once("unexpected-response", (request, response) => {
      void text(response).then(
        (body) => {
          reject(new UpgradeRefused(response.statusCode ?? 0, parse(body)));
          request.destroy();
          socket.terminate();
        },
        (error: unknown) => reject(error as Error),
      );
    });
  });
}

/** Sends a piece on a channel; the promise is open while too much waits to be sent. */
export function sendPiece(socket: WebSocket, channel: number, piece: Buffer): Promise<void> | undefined {
  const frame = Buffer.allocUnsafe(piece.length + 1);
  frame.writeUInt8(channel, 0);
  piece.copy(frame, 1);
  if (socket.readyState !== WebSocket.OPEN) return undefined;
  if (socket.bufferedAmount < SEND_BUFFER_BYTES) {
    socket.send(frame, ignore);
    return undefined;
  }
  return new Promise((resolve) => socket.send(frame, () => resolve()));
}

/** What could not be sent was cut off: the socket closes as well, and that is looked at. */
const ignore = (): void => undefined;

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}

import type { Socket } from "node:net";

import type WebSocket from "ws";

import type { Login } from "./api-login.js";
import { openPodSocket, sendPiece } from "./pod-socket.js";
import type { TunnelEnd } from "./tunnel-end.js";

const [DATA, ERROR] = [0, 1];
/** The number of the port comes first on each channel. */
const PORT_BYTES = 2;
/** For how long the far side may be silent after the near side has sent its last byte. */
const LINGER_MS = 15_000;
const NORMAL_CLOSE = new Set([1000, 1001, 1005]);

export interface TunnelConnectionOptions {
  readonly server: string;
  readonly login: Login;
  readonly signal: AbortSignal;
  readonly onProblem: (problem: string) => void;
  /** Told when the way breaks that neither side has closed. */
  readonly onCut: () => void;
  /** See `TunnelOptions`. */
  readonly halfClose: boolean;
}

/**
 * Leads one local connection to a pod's port, and ends with either side. The local socket must be paused, with
 * `allowHalfOpen`. The promise is settled when the way is open.
 *
 * The protocol cannot tell the far side that no more will be sent, only that all is over:
 * https://github.com/kubernetes/kubernetes/issues/89899
 */
export async function connectThrough(
  local: Socket,
  { pod, namespace, port }: TunnelEnd,
  { onProblem, onCut, halfClose, ...options }: TunnelConnectionOptions,
): Promise<void> {
  const headLeft = [PORT_BYTES, PORT_BYTES];
  // The first pieces may come before the socket is handed out.
  const way: { socket?: WebSocket } = {};
  let isRefused = false;

  const remote = await openPodSocket({
    ...options,
    path: `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/portforward?ports=${port}`,
    protocols: ["v4.channel.k8s.io"],
    onMessage(channel, message) {
      const head = Math.min(headLeft[channel] ?? 0, message.length);
      headLeft[channel] = (headLeft[channel] ?? 0) - head;
      const piece = message.subarray(head);
      if (piece.length === 0) return;
      if (channel === DATA) receive(piece);
      else if (channel === ERROR) {
        isRefused = true;
        onProblem(`pod ${pod}, port ${port}: ${piece.toString("utf8").trim().split("\n", 1).join("")}`);
      }
    },
  });
  way.socket = remote;

  function receive(piece: Buffer): void {
    local.setTimeout(local.readableEnded ? LINGER_MS : 0);
    if (local.destroyed || local.write(piece)) return;
    way.socket?.pause();
    local.once("drain", () => way.socket?.resume());
  }

  remote.once("close", (code: number) => {
    if (local.destroyed) return;
    if (!isRefused && NORMAL_CLOSE.has(code)) {
      local.end(() => local.destroySoon());
      return;
    }
    onCut();
    local.resetAndDestroy();
  });
  local.on("data", (piece: Buffer) => {
    const sent = sendPiece(remote, DATA, piece);
    if (sent === undefined) return;
    local.pause();
    void sent.then(() => local.resume());
  });
  local.once("end", () => (halfClose ? local.setTimeout(LINGER_MS) : local.end()));
  local.once("timeout", () => remote.close());
  local.once("close", () => {
    // A far side that no longer takes anything would keep a socket open that is waiting to be read.
    remote.resume();
    remote.close();
  });
  if (local.destroyed) remote.close();
  local.resume();
}

import { once, setMaxListeners } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";

import { CdcError } from "../../errors.js";
import { type Deadline, deadlineIn } from "../../wait/deadline.js";
import { notYet, ready, waitUntil } from "../../wait/wait-until.js";
import { apiFailure } from "./api-failure.js";
import type { Login } from "./api-login.js";
import { parseStatus } from "./api-status.js";
import type { Cluster, Tunnel, TunnelOptions, TunnelTarget } from "./cluster.js";
import type { ApiScope } from "./objects.js";
import { UpgradeRefused } from "./pod-socket.js";
import { grantCommands } from "./rbac-rule.js";
import { reviewAccess } from "./review-access.js";
import { connectThrough } from "./tunnel-connection.js";
import { findTunnelEnd } from "./tunnel-end.js";

/** For how long a connection waits for a pod that is replaced. */
const POD_TIMEOUT_MS = 60_000;
const LOOK_EVERY_MS = 250;

interface TunnelScope extends ApiScope {
  readonly server: string;
  readonly login: Login;
  readonly signal: AbortSignal;
  readonly deadline: Deadline;
  readonly objects: Pick<Cluster, "read" | "list">;
}

/** Keeps the tunnels of one cluster. */
export function createTunnels(scope: TunnelScope) {
  const openTunnels = new Set<Tunnel>();
  let cuts = 0;
  const onCut = (): void => void (cuts += 1);

  async function open(
    target: TunnelTarget,
    { localPort = 0, onProblem = ignore, halfClose = false }: TunnelOptions = {},
  ): Promise<Tunnel> {
    const namespace = target.namespace ?? scope.namespace;
    const ending = new AbortController();
    const signal = AbortSignal.any([scope.signal, ending.signal]);
    // Every connection listens.
    setMaxListeners(0, signal);
    await requireRight(scope, namespace);
    // What waiting would not help is told at once.
    await findTunnelEnd(scope.objects, target, namespace);

    const connect = (local: Socket): Promise<void> =>
      waitUntil({
        intervalMs: LOOK_EVERY_MS,
        deadline: deadlineIn(Math.min(POD_TIMEOUT_MS, scope.deadline.remainingMs())),
        signal,
        onReason: onProblem,
        probe: async () => {
          if (local.destroyed) return ready(undefined);
          const end = await findTunnelEnd(scope.objects, target, namespace);
          if (typeof end === "string") return notYet(end);
          try {
            await connectThrough(local, end, { ...scope, signal, onProblem, onCut, halfClose });
            return ready(undefined);
          } catch (error) {
            return notYet(whyNot(error, scope, target, namespace));
          }
        },
        onTimeout: (reason) =>
          new CdcError("TUNNEL_FAILED", `no way to port ${target.port} of ${nameOf(target)}: ${reason}`, {
            hint: `kubectl port-forward -n ${namespace} ${nameOf(target)} ${target.port}`,
          }),
      });

    const locals = new Set<Socket>();
    const listener = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true }, (local) => {
      locals.add(local);
      local.once("close", () => locals.delete(local));
      // A client that goes away is no failure of the tunnel.
      local.on("error", ignore);
      connect(local).catch((error: unknown) => {
        local.resetAndDestroy();
        if (signal.aborted) return;
        onProblem(error instanceof Error ? error.message : String(error));
      });
    });
    const port = await listen(listener, localPort);
    const tunnel: Tunnel = {
      host: "127.0.0.1",
      port,
      async close() {
        if (!openTunnels.delete(tunnel)) return;
        const closed = once(listener, "close");
        listener.close();
        ending.abort();
        for (const local of locals) local.destroy();
        await closed;
      },
    };
    openTunnels.add(tunnel);
    return tunnel;
  }

  return {
    open,
    /** How many connections ended that neither side had closed. */
    cuts: () => cuts,
    async close() {
      await Promise.all([...openTunnels].map((tunnel) => tunnel.close()));
    },
  };
}

async function listen(listener: ReturnType<typeof createServer>, localPort: number): Promise<number> {
  listener.listen(localPort, "127.0.0.1");
  try {
    await once(listener, "listening");
  } catch (error) {
    const { code = "unknown" } = error as NodeJS.ErrnoException;
    throw new CdcError("TUNNEL_FAILED", `port ${localPort} of 127.0.0.1 cannot be listened on: ${code}`, {
      hint: "end what uses the port, or leave the choice of the port to the program",
    });
  }
  return (listener.address() as AddressInfo).port;
}

/** A missing right would else be seen only as a connection that breaks. */
async function requireRight(scope: TunnelScope, namespace: string): Promise<void> {
  const isAllowed = await reviewAccess(scope, {
    verb: "get",
    resource: "pods/portforward",
    group: "",
    namespace,
  });
  if (isAllowed !== false) return;
  const right = { verbs: ["get", "create"], resource: "pods/portforward", group: "", namespace };
  throw new CdcError(
    "CLUSTER_RIGHT_MISSING",
    `could not open a tunnel: the login of the context "${scope.context}" may not get pods/portforward in the namespace "${namespace}"`,
    {
      hint: `an administrator of the cluster gives the right (USER is what kubectl auth whoami says):\n${grantCommands("USER", right)}`,
      details: { ...right },
    },
  );
}

function whyNot(error: unknown, scope: TunnelScope, target: TunnelTarget, namespace: string): string {
  if (error instanceof UpgradeRefused) {
    const status = parseStatus(error.status, error.body);
    const failure = apiFailure(status, {
      what: `open a tunnel to ${nameOf(target)}`,
      context: scope.context,
      namespace,
    });
    // A pod that is going or coming is told as a bad request or a fault of the server.
    if (error.status === 401 || error.status === 403) throw failure;
    return failure.message;
  }
  scope.signal.throwIfAborted();
  return error instanceof Error ? error.message : String(error);
}

const nameOf = ({ kind, name }: TunnelTarget): string => `${kind.toLowerCase()}/${name}`;

const ignore = (): void => undefined;

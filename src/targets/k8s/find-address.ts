import { connect } from "node:net";

import type { Cluster } from "../../clients/kubernetes/cluster.js";
import type { Context } from "../../context.js";
import { CdcError } from "../../errors.js";
import { deadlineIn } from "../../wait/deadline.js";
import { notYet, ready, waitUntil } from "../../wait/wait-until.js";
import { EXTERNAL_SERVICE } from "./manifest.js";

/** A cloud may take minutes for an address; a tunnel is there at once. */
const PATIENCE_MS = 5_000;
const INTERVAL_MS = 250;
const ANSWER_MS = 1_000;

export interface Address {
  readonly host: string;
  readonly port: number;
}

/**
 * The load balancer's address, where there is one and it answers from here.
 * @param isNew the load balancer was asked for a moment ago, so that a little is waited for its address
 */
export async function findAddress(
  cluster: Cluster,
  { report, deadline, signal }: Context,
  isNew: boolean,
): Promise<Address | undefined> {
  const patience = deadlineIn(isNew ? PATIENCE_MS : 0);
  const found = await waitUntil<Address | string>({
    probe: async () => {
      const address = await readAddress(cluster, EXTERNAL_SERVICE);
      if (address !== undefined && (await answers(address))) return ready(address);
      const reason =
        address === undefined ? "it has no address" : `${address.host} does not answer from here`;
      return patience.remainingMs() === 0 ? ready(reason) : notYet(reason);
    },
    intervalMs: INTERVAL_MS,
    deadline,
    signal,
    onTimeout: (reason) => new CdcError("SERVER_NOT_READY", `service ${EXTERNAL_SERVICE}: ${reason}`),
  });
  if (typeof found !== "string") return found;
  if (isNew) {
    const message = `PostgreSQL is reached by a tunnel through the API server: of service ${EXTERNAL_SERVICE}, ${found}`;
    report({ type: "notice", message });
  }
  return undefined;
}

/** The address of a service's load balancer; undefined where it has none yet. */
export async function readAddress(
  cluster: Pick<Cluster, "read">,
  name: string,
): Promise<Address | undefined> {
  const service = await cluster.read({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name },
  });
  const { loadBalancer } = (service?.status ?? {}) as {
    readonly loadBalancer?: {
      readonly ingress?: readonly { readonly ip?: string; readonly hostname?: string }[];
    };
  };
  const first = loadBalancer?.ingress?.[0];
  const host = first?.ip ?? first?.hostname;
  return host === undefined ? undefined : { host, port: 5432 };
}

function answers({ host, port }: Address): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: ANSWER_MS });
    const end = (isThere: boolean) => {
      socket.destroy();
      resolve(isThere);
    };
    socket.once("connect", () => end(true));
    socket.once("error", () => end(false));
    socket.once("timeout", () => end(false));
  });
}

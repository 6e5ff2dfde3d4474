import * as z from "zod";

import type { Cluster } from "../../clients/kubernetes/cluster.js";
import { CdcError } from "../../errors.js";
import { deadlineIn } from "../../wait/deadline.js";
import { notYet, ready, waitUntil } from "../../wait/wait-until.js";

/** Clouds give an address within a minute or two; a cluster without load balancers never does. */
const ADDRESS_TIMEOUT_MS = 20_000;

const service = z.object({
  status: z
    .object({
      loadBalancer: z
        .object({
          ingress: z
            .array(z.object({ ip: z.string().optional(), hostname: z.string().optional() }))
            .default([]),
        })
        .default({ ingress: [] }),
    })
    .default({ loadBalancer: { ingress: [] } }),
});

/** The address or host name of a service of type LoadBalancer; undefined where it gets none within a short time. */
export async function waitForAddress(
  cluster: Pick<Cluster, "read">,
  name: string,
  { signal, timeoutMs = ADDRESS_TIMEOUT_MS }: { readonly signal: AbortSignal; readonly timeoutMs?: number },
): Promise<string | undefined> {
  const none = new CdcError("ROLLOUT_NOT_READY", `the service ${name} gets no address`);
  try {
    return await waitUntil({
      intervalMs: 500,
      deadline: deadlineIn(timeoutMs),
      signal,
      probe: async () => {
        const found = await cluster.read({ apiVersion: "v1", kind: "Service", metadata: { name } });
        const ingress = found === undefined ? [] : service.parse(found).status.loadBalancer.ingress;
        const address = ingress
          .map(({ ip, hostname }) => ip ?? hostname)
          .find((value) => value !== undefined);
        return address === undefined ? notYet("no address") : ready(address);
      },
      onTimeout: () => none,
    });
  } catch (error) {
    if (error === none) return undefined;
    throw error;
  }
}

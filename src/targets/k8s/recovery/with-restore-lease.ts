import { randomUUID } from "node:crypto";

import * as z from "zod";

import type { Cluster } from "../../../clients/kubernetes/cluster.js";
import type { Context } from "../../../context.js";
import { CdcError } from "../../../errors.js";
import { notYet, ready, waitUntil } from "../../../wait/wait-until.js";
import { MANAGED_BY, POSTGRES } from "../manifest.js";

/** How long a holder that says nothing any more is believed to be at work. */
const HELD_SECONDS = 20;
const RENEW_MS = 5_000;
const LOOK_EVERY_MS = 1_000;

const lease = z.object({
  metadata: z.object({ resourceVersion: z.string(), uid: z.string() }),
  spec: z.object({
    holderIdentity: z.string(),
    leaseDurationSeconds: z.number(),
    renewTime: z.string(),
  }),
});

type Lease = z.infer<typeof lease>;

const REFERENCE = {
  apiVersion: "coordination.k8s.io/v1",
  kind: "Lease",
  metadata: { name: `${POSTGRES}-restore` },
} as const;

export interface LeaseScope {
  readonly cluster: Cluster;
  /** For what is done at the end, also of a run that was interrupted. */
  readonly calm: Cluster;
}

/**
 * Works while no other run makes pods that mount the volumes. A run that was killed lets go of it by saying
 * nothing; whoever holds it may remove what such a run left.
 * @throws CdcError LOCKED
 */
export async function withRestoreLease<T>(
  { cluster, calm }: LeaseScope,
  context: Context,
  work: () => Promise<T>,
): Promise<T> {
  const holder = randomUUID();
  await waitUntil({
    intervalMs: LOOK_EVERY_MS,
    ...context,
    onReason: (message) => context.report({ type: "notice", message: `waiting: ${message}` }),
    probe: async () => {
      const live = await readLease(cluster);
      if (live !== undefined && isHeld(live)) {
        return notYet(`another run holds lease ${REFERENCE.metadata.name} since ${live.spec.renewTime}`);
      }
      return (await take(cluster, holder, live)) ? ready(undefined) : notYet("another run was first");
    },
    onTimeout: (reason) =>
      new CdcError("LOCKED", `${reason}, and did not finish in time`, {
        hint: `wait for its end; who it is: kubectl get lease -n ${cluster.namespace} ${REFERENCE.metadata.name} -o yaml`,
      }),
  });
  let renewal = Promise.resolve();
  const renewing = setInterval(() => {
    // One that fails is made good by the next.
    renewal = apply(calm, holder).catch(() => undefined);
  }, RENEW_MS);
  try {
    return await work();
  } finally {
    clearInterval(renewing);
    await renewal;
    const live = await readLease(calm);
    if (live?.spec.holderIdentity === holder) await calm.remove(REFERENCE, { uid: live.metadata.uid });
  }
}

async function readLease(cluster: Cluster): Promise<Lease | undefined> {
  const found = await cluster.read(REFERENCE);
  return found === undefined ? undefined : lease.parse(found);
}

const isHeld = ({ spec: { renewTime, leaseDurationSeconds } }: Lease): boolean =>
  Date.parse(renewTime) + leaseDurationSeconds * 1000 > Date.now();

/** Of several that try at a time, only one sees itself as the holder afterwards. */
async function take(cluster: Cluster, holder: string, live: Lease | undefined): Promise<boolean> {
  try {
    await apply(cluster, holder, live?.metadata.resourceVersion);
  } catch (error) {
    if (error instanceof CdcError && error.code === "OBJECT_CONFLICT") return false;
    throw error;
  }
  return (await readLease(cluster))?.spec.holderIdentity === holder;
}

async function apply(cluster: Cluster, holder: string, resourceVersion?: string): Promise<void> {
  const { apiVersion, kind, metadata } = REFERENCE;
  await cluster.apply(
    {
      apiVersion,
      kind,
      metadata: {
        ...metadata,
        labels: { [MANAGED_BY[0]]: MANAGED_BY[1], "app.kubernetes.io/part-of": "cdc-pipeline" },
        ...(resourceVersion === undefined ? {} : { resourceVersion }),
      },
      spec: {
        holderIdentity: holder,
        leaseDurationSeconds: HELD_SECONDS,
        // The API takes microseconds, and nothing shorter.
        renewTime: new Date().toISOString().replace("Z", "000Z"),
      },
    },
    { force: true },
  );
}

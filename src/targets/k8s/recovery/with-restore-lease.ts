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

interface LeaseReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
}

export interface LeaseScope {
  readonly cluster: Cluster;
  /** For what is done at the end, also of a run that was interrupted. */
  readonly calm: Cluster;
}

/**
 * Works while no other run makes pods that mount the volumes. Whoever holds the lease may remove what a run that was
 * killed has left.
 * @throws CdcError LOCKED
 */
export const withRestoreLease = <T>(
  scope: LeaseScope,
  context: Context,
  work: () => Promise<T>,
): Promise<T> => withLease("restore", scope, context, work);

/**
 * Works while no other run does something of the same purpose in the namespace. A run that was killed lets go of the
 * lease by saying nothing.
 * @throws CdcError LOCKED
 */
export async function withLease<T>(
  purpose: "restore" | "rotate",
  { cluster, calm }: LeaseScope,
  context: Context,
  work: () => Promise<T>,
): Promise<T> {
  const reference: LeaseReference = {
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: { name: `${POSTGRES}-${purpose}` },
  };
  const { name } = reference.metadata;
  const holder = randomUUID();
  await waitUntil({
    intervalMs: LOOK_EVERY_MS,
    ...context,
    onReason: (message) => context.report({ type: "notice", message: `waiting: ${message}` }),
    probe: async () => {
      const live = await readLease(cluster, reference);
      if (live !== undefined && isHeld(live)) {
        return notYet(`another run holds lease ${name} since ${live.spec.renewTime}`);
      }
      return (await take(cluster, reference, holder, live))
        ? ready(undefined)
        : notYet("another run was first");
    },
    onTimeout: (reason) =>
      new CdcError("LOCKED", `${reason}, and did not finish in time`, {
        hint: `wait for its end; who it is: kubectl get lease -n ${cluster.namespace} ${name} -o yaml`,
      }),
  });
  let renewal = Promise.resolve();
  const renewing = setInterval(() => {
    // One that fails is made good by the next.
    renewal = apply(calm, reference, holder).catch(() => undefined);
  }, RENEW_MS);
  try {
    return await work();
  } finally {
    clearInterval(renewing);
    await renewal;
    const live = await readLease(calm, reference);
    if (live?.spec.holderIdentity === holder) await calm.remove(reference, { uid: live.metadata.uid });
  }
}

async function readLease(cluster: Cluster, reference: LeaseReference): Promise<Lease | undefined> {
  const found = await cluster.read(reference);
  return found === undefined ? undefined : lease.parse(found);
}

const isHeld = ({ spec: { renewTime, leaseDurationSeconds } }: Lease): boolean =>
  Date.parse(renewTime) + leaseDurationSeconds * 1000 > Date.now();

/** Of several that try at a time, only one sees itself as the holder afterwards. */
async function take(
  cluster: Cluster,
  reference: LeaseReference,
  holder: string,
  live: Lease | undefined,
): Promise<boolean> {
  try {
    await apply(cluster, reference, holder, live?.metadata.resourceVersion);
  } catch (error) {
    if (error instanceof CdcError && error.code === "OBJECT_CONFLICT") return false;
    throw error;
  }
  return (await readLease(cluster, reference))?.spec.holderIdentity === holder;
}

async function apply(
  cluster: Cluster,
  { apiVersion, kind, metadata }: LeaseReference,
  holder: string,
  resourceVersion?: string,
): Promise<void> {
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

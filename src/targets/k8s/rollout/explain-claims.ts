import { newestMessage } from "./events.js";
import { hopeless, oneLine, passing, type Reason } from "./reason.js";
import type { Claim, ClusterEvent, Pod, StorageClass } from "./shapes.js";

const IS_DEFAULT = "storageclass.kubernetes.io/is-default-class";

export interface ClaimFacts {
  readonly events: readonly ClusterEvent[];
  /** Undefined where they may not be listed. */
  readonly claims?: readonly Claim[] | undefined;
  readonly storageClasses?: readonly StorageClass[] | undefined;
}

/** Which claim of a pod has no volume, and why. */
export function explainClaims(pod: Pod, { claims, storageClasses, events }: ClaimFacts): Reason | undefined {
  if (claims === undefined) return undefined;
  for (const name of claimNames(pod)) {
    const claim = claims.find(({ metadata }) => metadata.name === name);
    if (claim === undefined) return passing(`the volume claim ${name} does not exist`);
    if (claim.status.phase === "Lost") return hopeless(`the volume of the claim ${name} is lost`);
    if (claim.status.phase === "Bound") continue;
    return withoutClass(claim, storageClasses) ?? pending(claim, events);
  }
  return undefined;
}

const claimNames = ({ spec }: Pod): string[] =>
  spec.volumes.flatMap(({ persistentVolumeClaim }) =>
    persistentVolumeClaim === undefined ? [] : [persistentVolumeClaim.claimName],
  );

function withoutClass(claim: Claim, classes: readonly StorageClass[] | undefined): Reason | undefined {
  if (classes === undefined) return undefined;
  const { name } = claim.metadata;
  const wanted = claim.spec.storageClassName;
  const names = classes.map(({ metadata }) => metadata.name);
  const there = names.length === 0 ? "the cluster has none" : `there are: ${names.join(", ")}`;
  // An empty name asks for a volume that somebody made by hand.
  if (wanted === "") return undefined;
  if (wanted !== undefined) {
    if (names.includes(wanted)) return undefined;
    return hopeless(
      `the volume claim ${name} asks for the storage class "${wanted}", which does not exist; ${there}`,
    );
  }
  if (classes.some(({ metadata }) => metadata.annotations[IS_DEFAULT] === "true")) return undefined;
  return hopeless(`the volume claim ${name} names no storage class, and none is the default; ${there}`);
}

function pending(claim: Claim, events: readonly ClusterEvent[]): Reason {
  const { name, uid } = claim.metadata;
  const message =
    newestMessage(events, uid, "ProvisioningFailed") ??
    newestMessage(
      events,
      uid,
      "FailedBinding",
      "ExternalProvisioning",
      "Provisioning",
      "WaitForFirstConsumer",
    );
  return passing(
    `the volume claim ${name} is pending${message === undefined ? "" : `: ${oneLine(message)}`}`,
  );
}

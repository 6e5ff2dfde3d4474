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
  const names = claimNames(pod);
  for (const name of names) {
    const claim = claims.find(({ metadata }) => metadata.name === name);
    if (claim === undefined) return passing(`the volume claim ${name} does not exist`);
    if (claim.status.phase === "Lost") return hopeless(`the volume of the claim ${name} is lost`);
    if (isBound(claim)) continue;
    const reason = withoutClass(claim, storageClasses) ?? pending(claim, events);
    const hasData = claims.some((other) => names.includes(other.metadata.name) && isBound(other));
    return hasData ? reason : { ...reason, hint: NOTHING_STORED };
  }
  return undefined;
}

/** A claim cannot be changed, but one without a volume holds nothing either. */
const NOTHING_STORED =
  "cdc-pipeline down --volumes --yes removes the claims, in which nothing is stored yet; then set k8s.storageClass to one that there is, and run the same command again";

const isBound = ({ status }: Claim): boolean => status.phase === "Bound";

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

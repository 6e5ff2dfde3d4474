import { titleOf } from "../../clients/kubernetes/kube-object.js";
import { CdcError } from "../../errors.js";
import { diffObjects, type FieldChange } from "./diff-objects.js";
import { MANAGED_BY, type Manifest } from "./manifest.js";

/** What an apply of one object would do. */
export interface ObjectPlan {
  readonly manifest: Manifest;
  readonly status: "created" | "updated" | "unchanged";
  /** What would change of an object that is there. */
  readonly changes: readonly FieldChange[];
}

/**
 * Compares an object as it is with what the API server says that an apply would make of it.
 * @param live undefined where there is none
 */
export function planObject(
  manifest: Manifest,
  live: Manifest | undefined,
  merged: Manifest | undefined,
): ObjectPlan {
  if (live === undefined) return { manifest, status: "created", changes: [] };
  const changes = merged === undefined ? [] : diffObjects(live, merged, manifest.kind === "Secret");
  return { manifest, status: changes.length === 0 ? "unchanged" : "updated", changes };
}

/** Whether the program made an object, by its label. */
export const isOurs = ({ metadata }: Manifest): boolean => metadata.labels?.[MANAGED_BY[0]] === MANAGED_BY[1];

/** @throws CdcError K8S_NOT_OURS for the objects of that name that somebody else made */
export function refuseForeign(live: readonly Manifest[], namespace: string): void {
  const foreign = live.filter((object) => !isOurs(object));
  const [first] = foreign;
  if (first === undefined) return;
  const names = foreign.map(titleOf).join(", ");
  const resource = `${first.kind.toLowerCase()}/${first.metadata.name}`;
  throw new CdcError(
    "K8S_NOT_OURS",
    `in namespace ${namespace} there is already what cdc-pipeline did not make, and will not touch: ${names}`,
    {
      hint: `take another namespace: --namespace NAME (or hand it over: kubectl label -n ${namespace} ${resource} ${MANAGED_BY.join("=")} --overwrite)`,
      details: { namespace, objects: foreign.map(titleOf) },
    },
  );
}

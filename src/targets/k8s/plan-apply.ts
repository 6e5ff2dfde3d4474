import type { Cluster } from "../../clients/kubernetes/cluster.js";
import { keepClaims } from "./keep-claims.js";
import { CREDENTIALS, type Manifest } from "./manifest.js";
import { type ObjectPlan, planObject, refuseForeign } from "./plan-object.js";
import { refuseOtherCredentials } from "./refuse-other-credentials.js";

/**
 * What applying these objects would do, as the API server says: nothing is written. Fields that somebody else
 * changed are taken back, because the plan shows them first.
 * @throws CdcError KUBERNETES_NOT_OURS, KUBERNETES_IMMUTABLE, KUBERNETES_CREDENTIALS_DIFFER, and what the API server refuses
 */
export async function planApply(cluster: Cluster, wanted: readonly Manifest[]): Promise<ObjectPlan[]> {
  const claims = claimsOf(wanted).map((name) => ({
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name },
  }));
  const [live, liveClaims] = await Promise.all([
    Promise.all(wanted.map((object) => cluster.read(object))),
    Promise.all(claims.map((claim) => cluster.read(claim))),
  ]);
  const found = [...live, ...liveClaims].filter((object) => object !== undefined);
  refuseForeign(found, cluster.namespace);
  // A claim alone holds nothing: its volume does.
  const hasVolumes = liveClaims.some(
    (claim) => (claim?.status as { readonly phase?: string } | undefined)?.phase === "Bound",
  );
  const place = { namespace: cluster.namespace, hasVolumes };
  return Promise.all(
    wanted.map(async (object, index) => {
      const current = live[index];
      if (object.metadata.name === CREDENTIALS && hasVolumes) {
        refuseOtherCredentials(object, current, cluster.namespace);
      }
      const applied = keepClaims(object, current, place);
      const merged = await cluster.apply(applied, { dryRun: true, force: true });
      return planObject(applied, current, merged);
    }),
  );
}

/** The names of the claims that a StatefulSet of one pod has: it takes what is there under them. */
export function claimsOf(wanted: readonly Manifest[]): string[] {
  return wanted
    .filter(({ kind }) => kind === "StatefulSet")
    .flatMap(({ metadata, spec }) => {
      const { volumeClaimTemplates = [] } = spec as {
        readonly volumeClaimTemplates?: readonly { readonly metadata: { readonly name: string } }[];
      };
      return volumeClaimTemplates.map((claim) => `${claim.metadata.name}-${metadata.name}-0`);
    });
}

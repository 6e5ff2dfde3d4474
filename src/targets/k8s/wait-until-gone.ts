import type { Cluster } from "../../clients/kubernetes/cluster.js";
import type { KubeObject } from "../../clients/kubernetes/kube-object.js";
import type { Context } from "../../context.js";
import { CdcError } from "../../errors.js";
import { notYet, ready, waitUntil } from "../../wait/wait-until.js";

/** A volume is only marked at first: it goes when nothing mounts it any more. */
export async function waitUntilGone(
  cluster: Cluster,
  objects: readonly KubeObject[],
  { deadline, signal }: Context,
  update: (message: string) => void,
): Promise<void> {
  await waitUntil({
    probe: async () => {
      const live = await Promise.all(objects.map((object) => cluster.read(object)));
      const left = objects.filter(({ metadata }, index) => live[index]?.metadata.uid === metadata.uid);
      return left.length === 0
        ? ready(undefined)
        : notYet(`${left.map(shortName).join(", ")} is being removed`);
    },
    intervalMs: 250,
    deadline,
    signal,
    onReason: update,
    onTimeout: (reason) =>
      new CdcError("SERVER_NOT_READY", `${reason}, and was not gone in time`, {
        hint: `kubectl -n ${cluster.namespace} get pvc,pods`,
      }),
  });
}

/** For people: `StatefulSet postgres-wal`, `volume data-postgres-wal-0`. */
export const shortName = ({ kind, metadata }: KubeObject): string =>
  `${kind === "PersistentVolumeClaim" ? "volume" : kind} ${metadata.name}`;

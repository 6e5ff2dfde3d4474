import type { Config } from "../../../config/config.js";
import type { Context } from "../../../context.js";
import { CdcError } from "../../../errors.js";
import { newInstanceName } from "../../../recovery/new-instance-name.js";
import type { ArchiveShell } from "../../container-recovery/archive-shell.js";
import { baseBackup } from "../../container-recovery/base-backup.js";
import { pruneArchive } from "../../container-recovery/prune-archive.js";
import { readArchive } from "../../container-recovery/read-archive.js";
import type { Recovery } from "../../recovery.js";
import { findDeployment } from "../k8s-deployment.js";
import type { K8sSession } from "../k8s-session.js";
import { POSTGRES } from "../manifest.js";
import { majorOf } from "../wanted-servers.js";
import { createPodShell } from "./pod-shell.js";
import { endsAfterSeconds, withRecoveryScope } from "./recovery-scope.js";
import { ARCHIVE_CLAIM, findSource, isReady, POD, SERVER } from "./recovery-source.js";
import { checkInstanceName, renderInstance } from "./render-instance.js";
import { RECOVERY_NAME, renderRecoveryPod, SHELL } from "./render-recovery-pod.js";
import { restoreInPlace } from "./restore-in-place.js";
import { requireFreshName, restoreNew } from "./restore-new.js";
import { startIn, withRecoveryPod } from "./with-recovery-pod.js";

/** Works with the open cluster, and explains what it fails with. */
type InCluster = <T>(context: Context, work: (session: K8sSession) => Promise<T>) => Promise<T>;

/** Backups and recovery of PostgreSQL in a cluster, with its archive in a volume of its own. */
export function createK8sRecovery(config: Config, inCluster: InCluster): Recovery {
  const tagged = majorOf(config.k8s.postgresImage);
  let backedUp: number | undefined;
  return {
    archive: `the volume ${ARCHIVE_CLAIM}`,
    // Where the image does not say it, the server refuses data of another version by itself.
    get postgresMajor() {
      return tagged ?? backedUp ?? NaN;
    },
    findPostgres: (context) =>
      inCluster(context, async (session) => {
        if (!(await isReady(session.cluster))) return undefined;
        const { endpoints } = await findDeployment(session, undefined, context, { needed: ["postgres"] });
        return endpoints.postgres;
      }),
    async readArchive(context) {
      const facts = await inCluster(context, (session) =>
        withArchive(session, context, (shell) => readArchive(shell, context)),
      );
      backedUp = facts.backups.at(-1)?.postgresMajor;
      return facts;
    },
    takeBackup: (id, postgres, context, update) =>
      inCluster(context, ({ cluster }) =>
        baseBackup(createPodShell(cluster, POD, SERVER), id, postgres, context, update),
      ),
    prune: (plan, context) =>
      inCluster(context, (session) =>
        withArchive(session, context, (shell) => pruneArchive(shell, plan, context)),
      ),
    nameInstance(wanted) {
      const name = wanted ?? newInstanceName(POSTGRES, new Date());
      checkInstanceName(name);
      return name;
    },
    checkPlace: (place, context) =>
      inCluster(context, async (session) => {
        const source = await findSource(session);
        if (place.kind === "new") {
          await requireFreshName(session.cluster, renderInstance(source, place.into));
        } else if (!source.isDeployed) throw notDeployed(session);
      }),
    restore: (plan, place, stage, context) =>
      inCluster(context, (session) =>
        withRecoveryScope(session, context, async (scope) => {
          const source = await findSource(session);
          if (place.kind === "new") return restoreNew(scope, source, place.into, plan, stage);
          return restoreInPlace(scope, source, plan, stage);
        }),
      ),
  };
}

/** In the server's own container, or where it does not run, in a pod that has the archive for as long as it takes. */
async function withArchive<T>(
  session: K8sSession,
  context: Context,
  work: (shell: ArchiveShell) => Promise<T>,
): Promise<T> {
  const { cluster } = session;
  if (await isReady(cluster)) return work(createPodShell(cluster, POD, SERVER));
  const source = await findSource(session);
  return withRecoveryScope(session, context, (scope) => {
    const pod = renderRecoveryPod(source.statefulSet, {
      name: RECOVERY_NAME,
      claims: { "wal-archive": ARCHIVE_CLAIM },
      besideServer: source.hasPod,
      endsAfterSeconds: endsAfterSeconds(scope),
    });
    return withRecoveryPod(scope, pod, startIn(undefined, pod), (name) =>
      work(createPodShell(cluster, name, SHELL)),
    );
  });
}

const notDeployed = ({ cluster }: K8sSession): CdcError =>
  new CdcError(
    "NOT_DEPLOYED",
    `there is no StatefulSet ${POSTGRES} of cdc-pipeline in namespace ${cluster.namespace}, only its volumes`,
    {
      hint: "cdc-pipeline deploy --target k8s; to restore into an instance of its own, leave out --in-place",
    },
  );

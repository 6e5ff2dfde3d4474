import type { Cluster } from "../../clients/kubernetes/cluster.js";
import type { KubeObject } from "../../clients/kubernetes/kube-object.js";
import type { Context } from "../../context.js";
import { CdcError } from "../../errors.js";
import { outcome, type Stage } from "../../run-stage.js";
import { notYet, ready, waitUntil } from "../../wait/wait-until.js";
import {
  type DownOptions,
  type DownResult,
  type PlannedServer,
  type ServerName,
  STOP_ORDER,
} from "../target.js";
import type { K8sSession } from "./k8s-session.js";
import { CREDENTIALS, MANAGED_BY, type Manifest, NAME_LABEL } from "./manifest.js";
import { isOurs } from "./plan-object.js";
import { removeRecoveryPods } from "./recovery/with-recovery-pod.js";
import { shortName, waitUntilGone } from "./wait-until-gone.js";
import { isWorkload, SERVER_LABELS, wantedServers } from "./wanted-servers.js";

/** What is there of one server, and is ours. */
interface FoundServer {
  readonly server: ServerName;
  readonly title: string;
  /** Those that go with the server. */
  readonly objects: readonly KubeObject[];
  /** Its volumes, and the credentials that they were made with. */
  readonly data: readonly KubeObject[];
}

/** Removes what runs; the volumes and the credentials stay, unless they are to be removed too. */
export async function k8sDown(
  session: K8sSession,
  stage: Stage,
  context: Context,
  { purge, keepPostgres }: DownOptions,
): Promise<DownResult> {
  const servers = await findServers(session);
  const { cluster } = session;
  if (servers.every(({ objects, data }) => objects.length === 0 && data.length === 0)) {
    await stage.step("servers", () =>
      Promise.resolve(outcome("unchanged", `nothing of cdc-pipeline is in namespace ${cluster.namespace}`)),
    );
    return "nothing";
  }
  for (const { server, title, objects } of servers) {
    if (server === "postgres" && keepPostgres) continue;
    await stage.step(title, async (update) => {
      if (objects.length === 0) return outcome("unchanged", "not there");
      for (const object of objects) await removeOurs(cluster, object);
      await waitForPods(cluster, server, context, update);
      return outcome("stopped", objects.filter(isWorkload).map(shortName).join(", "));
    });
  }
  const data = servers.flatMap((server) => server.data);
  if (!purge) return "stopped";
  await stage.step("data", async (update) => {
    // Those of a restore that was killed would keep the volumes.
    await removeRecoveryPods(cluster, context, update);
    for (const object of data) await removeOurs(cluster, object);
    await waitUntilGone(cluster, data, context, update);
    return outcome(data.length === 0 ? "unchanged" : "removed", data.map(shortName).join(", "));
  });
  return "removed";
}

/** What `k8sDown` would remove and keep. */
export async function planK8sDown(
  session: K8sSession,
  { purge, keepPostgres }: DownOptions,
): Promise<readonly PlannedServer[]> {
  const servers = await findServers(session);
  const { namespace } = session.cluster;
  const gone = servers
    .filter(({ objects }) => objects.length > 0)
    .map(({ server, title, objects }): PlannedServer => {
      const detail = `namespace ${namespace}: ${objects.map(shortName).join(", ")}`;
      const isKept = server === "postgres" && keepPostgres;
      return { server, title, status: isKept ? "unchanged" : "stopped", detail };
    });
  const data = servers.flatMap((server) => server.data);
  if (data.length === 0) return gone;
  const status = purge ? "removed" : "unchanged";
  return [...gone, { title: "data", status, detail: data.map(shortName).join(", ") }];
}

async function findServers({ config, cluster }: K8sSession): Promise<FoundServer[]> {
  // Whatever the settings are now, what was made with others goes too.
  const k8s = { ...config.k8s, loadBalancer: true, networkPolicy: true, backupSchedule: "@daily" };
  const wanted = wantedServers({ ...config, k8s }, true);
  const ours = MANAGED_BY.join("=");
  return Promise.all(
    STOP_ORDER.flatMap((name) => wanted.filter(({ server }) => server === name)).map(
      async ({ server, title, objects }) => {
        const labels = `${NAME_LABEL}=${SERVER_LABELS[server]},${ours}`;
        const [live, claims] = await Promise.all([
          Promise.all(objects.map((object) => cluster.read(object))),
          cluster.list({ apiVersion: "v1", kind: "PersistentVolumeClaim" }, { labels }),
        ]);
        const there = live.filter((object) => object !== undefined).filter(isOurs);
        const isCredentials = ({ metadata }: Manifest) => metadata.name === CREDENTIALS;
        return {
          server,
          title,
          objects: there.filter((object) => !isCredentials(object)),
          data: [...claims, ...there.filter(isCredentials)],
        };
      },
    ),
  );
}

/** One that was made anew meanwhile is another, and may be somebody else's. */
async function removeOurs(cluster: Cluster, object: KubeObject): Promise<void> {
  const { uid } = object.metadata;
  await cluster.remove(object, uid === undefined ? {} : { uid });
}

async function waitForPods(
  cluster: Cluster,
  server: ServerName,
  { deadline, signal }: Context,
  update: (message: string) => void,
): Promise<void> {
  const labels = `${NAME_LABEL}=${SERVER_LABELS[server]},${MANAGED_BY.join("=")}`;
  await waitUntil({
    probe: async () => {
      const pods = await cluster.list({ apiVersion: "v1", kind: "Pod" }, { labels });
      return pods.length === 0 ? ready(undefined) : notYet(`${pods.map(shortName).join(", ")} shuts down`);
    },
    intervalMs: 500,
    deadline,
    signal,
    onReason: update,
    onTimeout: (reason) =>
      new CdcError("SERVER_NOT_READY", `${reason}, and did not end in time`, {
        hint: `kubectl -n ${cluster.namespace} describe pods -l ${labels}`,
      }),
  });
}

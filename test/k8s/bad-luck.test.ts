import { join } from "node:path";

import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { notYet, ready } from "../../src/wait/wait-until.js";
import { noCluster } from "../support/cluster.js";
import {
  createNamespace,
  kubectl,
  kubectlApply,
  removeNamespaces,
  secretOf,
  writeKubeconfig,
} from "../support/kube.js";
import { startTcpProxy, type TcpProxy } from "../support/tcp-proxy.js";
import { until } from "../support/until.js";
import { Workspace } from "../support/workspace.js";

const title =
  noCluster === undefined ? "bad luck in a cluster" : `bad luck in a cluster (skipped: ${noCluster})`;

const OUTAGE_MS = 10_000;

/** One namespace with PostgreSQL alone: Kafka and Kafka Connect are somebody else's, and not spoken with. */
interface Place {
  readonly namespace: string;
  kubectl(...words: readonly string[]): Promise<string>;
  /** The command line in this namespace, with further variables. */
  at(env?: Readonly<Record<string, string>>): ReturnType<Workspace["with"]>;
  psql(sql: string): Promise<string>;
}

describe.skipIf(noCluster !== undefined)(title, () => {
  let workspace: Workspace;
  const namespaces: string[] = [];

  beforeAll(async () => {
    workspace = await Workspace.create({
      CDC_PIPELINE_TARGET: "k8s",
      CDC_PIPELINE_K8S_DATA_SIZE: "1Gi",
      CDC_PIPELINE_K8S_ARCHIVE_SIZE: "1Gi",
      CDC_PIPELINE_CONNECT_URL: "http://127.0.0.1:9",
      CDC_PIPELINE_KAFKA_BROKERS: "127.0.0.1:9",
    });
  });

  afterAll(async () => {
    const volumes = await volumesOf(namespaces);
    await removeNamespaces(...namespaces);
    // The workspace's own namespace is the kubeconfig's: nothing was made there.
    expect(await workspace.remove()).toEqual([]);
    await until("the end of the volumes", async () => {
      const left = (await kubectl("get", "pv", "-o", "name"))
        .split("\n")
        .filter((name) => volumes.includes(name));
      return left.length === 0 ? ready(undefined) : notYet(left.join(", "));
    });
  });

  async function makePlace(purpose: string): Promise<Place> {
    const namespace = await createNamespace(purpose);
    namespaces.push(namespace);
    const here = (...words: readonly string[]) => kubectl("-n", namespace, ...words);
    return {
      namespace,
      kubectl: here,
      at: (env = {}) => workspace.with({ CDC_PIPELINE_K8S_NAMESPACE: namespace, ...env }),
      psql: (sql) =>
        here("exec", "postgres-wal-0", "--", "psql", "-XqAt", "-U", "admin", "-d", "mydb", "-c", sql),
    };
  }

  it.concurrent("leads from a storage class that there is none of to one that there is", async () => {
    const place = await makePlace("storage");
    const { document } = await place.at({ CDC_PIPELINE_K8S_STORAGE_CLASS: "fast" }).json("deploy");
    expect(document.error).toMatchObject({ code: "ROLLOUT_FAILED" });
    expect(document.error?.message).toMatch(
      /claim data-postgres-wal-0 asks for the storage class "fast", which does not exist; there are: .*standard/,
    );
    expect(document.error?.hint).toContain("down --volumes --yes");
    // Set right alone, the claims would be the same still.
    const right = place.at({ CDC_PIPELINE_K8S_STORAGE_CLASS: "standard" });
    const refused = (await right.json("deploy")).document.error;
    expect(refused).toMatchObject({ code: "KUBERNETES_IMMUTABLE" });
    expect(refused?.hint).toContain("down --volumes --yes");
    expect((await right.run("down", "--volumes", "--yes")).exitCode).toBe(0);
    expect((await right.json("deploy")).document).toMatchObject({ ok: true });
  });

  it.concurrent("tells the limit of the namespace, and does not wait for it to go", async () => {
    const place = await makePlace("limits");
    const limits = [{ type: "PersistentVolumeClaim", max: { storage: "500Mi" } }];
    const metadata = { name: "small", namespace: place.namespace };
    await kubectlApply({ apiVersion: "v1", kind: "LimitRange", metadata, spec: { limits } });
    const { document } = await place.at().json("deploy");
    expect(document.error).toMatchObject({ code: "ROLLOUT_FAILED" });
    expect(document.error?.message).toContain(
      "maximum storage usage per PersistentVolumeClaim is 500Mi, but request is 1Gi",
    );
    expect(document.error?.hint).toBe(
      `kubectl describe limitrange -n ${place.namespace}; have it raised, or ask for what it allows: k8s.dataSize, k8s.archiveSize`,
    );
  });

  it.concurrent("tells the quota that leaves no room for a pod", async () => {
    const place = await makePlace("quota");
    const metadata = { name: "few", namespace: place.namespace };
    await kubectlApply({ apiVersion: "v1", kind: "ResourceQuota", metadata, spec: { hard: { pods: "0" } } });
    const { document } = await place.at().json("deploy", "--timeout", "20");
    expect(document.error).toMatchObject({ code: "ROLLOUT_NOT_READY" });
    expect(document.error?.message).toContain(
      "exceeded quota: few, requested: pods=1, used: pods=0, limited: pods=0",
    );
    expect(document.error?.hint).toContain(`kubectl describe quota few -n ${place.namespace}`);
  });

  it.concurrent("goes on from an image that cannot be pulled once it is set right", async () => {
    const place = await makePlace("image");
    const image = "registry.invalid/postgres:15";
    const { document } = await place
      .at({ CDC_PIPELINE_K8S_POSTGRES_IMAGE: image })
      .json("deploy", "--timeout", "12");
    expect(document.error).toMatchObject({ code: "ROLLOUT_NOT_READY" });
    expect(document.error?.message).toContain(`the image ${image} cannot be pulled: `);
    expect(document.error?.hint).toBe(`kubectl describe pod postgres-wal-0 -n ${place.namespace}`);
    // Its StatefulSet alone would wait for the broken pod for ever.
    expect((await place.at().json("deploy", "--timeout", "120")).document).toMatchObject({ ok: true });
  });

  it.concurrent(
    "refuses what Kubernetes never changes, and credentials that the volume was not made with",
    async () => {
      const place = await makePlace("fixed");
      expect((await place.at().json("deploy")).document).toMatchObject({ ok: true });
      const pod = () => place.kubectl("get", "pod", "postgres-wal-0", "-o", "jsonpath={.metadata.uid}");
      const before = await pod();

      const other = {
        CDC_PIPELINE_POSTGRES_ADMIN_USER: "boss",
        CDC_PIPELINE_POSTGRES_ADMIN_PASSWORD: "another-password",
      };
      const credentials = (await place.at(other).json("deploy")).document.error;
      expect(credentials).toMatchObject({ code: "KUBERNETES_CREDENTIALS_DIFFER" });
      expect(credentials?.message).toContain("postgres.adminUser, postgres.adminPassword");
      const commands = (credentials?.hint ?? "")
        .split("\n")
        .slice(1)
        .map((line) => line.replace(/ {3}\(.*$/, ""));
      const told = await Promise.all(
        commands.map(async (command) => (await execa(command, { shell: true })).stdout),
      );
      expect(told).toEqual(["admin", await secretOf(place.namespace, "admin-password")]);

      const larger = place.at({ CDC_PIPELINE_K8S_DATA_SIZE: "2Gi" });
      const size = (await larger.json("deploy")).document.error;
      expect(size).toMatchObject({ code: "KUBERNETES_IMMUTABLE" });
      expect(size?.message).toContain(
        "volumeClaimTemplates[data].spec.resources.requests.storage is 1Gi and cannot become 2Gi",
      );
      expect(size?.hint).toContain(`kubectl patch pvc data-postgres-wal-0 -n ${place.namespace} `);
      const orphan = (size?.hint ?? "").split("\n").find((line) => line.includes("--cascade=orphan")) ?? "";
      await execa(orphan.replace(/ {3}\(.*$/, ""), { shell: true });
      expect((await larger.json("deploy")).document).toMatchObject({ ok: true });
      expect(await pod()).toBe(before);
    },
  );

  it.concurrent("goes through a tunnel where the load balancer does not lead to PostgreSQL", async () => {
    const place = await makePlace("balancer");
    const service = ["service", "postgres-wal-external"];
    // An address that is there before the cluster's own load balancer gives one, and leads nowhere.
    const labels = { "app.kubernetes.io/managed-by": "cdc-pipeline" };
    await kubectlApply({
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "postgres-wal-external", namespace: place.namespace, labels },
      spec: { type: "ClusterIP", ports: [{ port: 5432 }] },
    });
    const deploying = place.at().start("deploy");
    await until("the load balancer", async () => {
      const type = await place.kubectl("get", ...service, "-o", "jsonpath={.spec.type}");
      return type === "LoadBalancer" ? ready(undefined) : notYet(type);
    });
    const status = { loadBalancer: { ingress: [{ hostname: "nowhere.invalid" }] } };
    await place.kubectl(
      "patch",
      ...service,
      "--subresource=status",
      "--type=merge",
      "-p",
      JSON.stringify({ status }),
    );
    const { exitCode, stderr, stdout } = await deploying;
    expect(exitCode, stderr).toBe(0);
    expect(stderr).toContain("a tunnel through the API server");
    expect(stdout).toContain(`kubectl -n ${place.namespace} port-forward service/postgres-wal 5432`);
  });

  it.concurrent("shows the last log lines of a server that ends again and again", async () => {
    const place = await makePlace("crash");
    expect((await place.at().json("deploy")).document).toMatchObject({ ok: true });
    const version = "echo 14 > /var/lib/postgresql/data/pgdata/PG_VERSION";
    await place.kubectl("exec", "postgres-wal-0", "--", "sh", "-c", version);
    await place.kubectl("delete", "pod", "postgres-wal-0");
    const { document } = await place.at().json("deploy", "--timeout", "150");
    expect(document.error).toMatchObject({ code: "ROLLOUT_FAILED" });
    expect(document.error?.message).toMatch(
      /container postgres ended with exit code 1, started again \d times/,
    );
    expect(document.error?.message).toContain("database files are incompatible with server");
  });

  it.concurrent("goes on when the API server is away for ten seconds, and a pod with it", async () => {
    const place = await makePlace("outage");
    const server = await proxyToCluster(join(workspace.folder, "proxy.json"));
    try {
      // Without a load balancer all goes through the API server.
      const behind = place.at({ KUBECONFIG: server.kubeconfig, CDC_PIPELINE_K8S_LOAD_BALANCER: "false" });
      const deploying = behind.start("deploy");
      await until("the pod", async () => {
        const pods = await place.kubectl("get", "pods", "-o", "name");
        return pods === "" ? notYet("none") : ready(undefined);
      });
      await beAway(server.proxy, () => place.kubectl("delete", "pod", "postgres-wal-0", "--wait=false"));
      const deployed = await deploying;
      expect(deployed.exitCode, deployed.stderr).toBe(0);
      expect(deployed.stderr.match(/does not answer/g)).toHaveLength(1);
      expect(deployed.stderr).toContain("the API server answers again");

      await place.psql("CREATE DATABASE shop");
      const start = () => behind.start("prepare", "shop");
      for (const trouble of [
        () => beAway(server.proxy),
        () => place.kubectl("delete", "pod", "postgres-wal-0", "--wait=false"),
      ]) {
        const { exitCode, stderr } = await holdUp(place, start, trouble);
        expect(exitCode, stderr).toBe(0);
        expect(stderr).toContain("the way to the servers was cut, and is there again");
      }
    } finally {
      await server.proxy.close();
    }
  });
});

/** The API server behind a proxy of the test's own. Its certificate is for another name. */
async function proxyToCluster(
  file: string,
): Promise<{ readonly proxy: TcpProxy; readonly kubeconfig: string }> {
  const url = new URL(
    await kubectl("config", "view", "--minify", "-o", "jsonpath={.clusters[0].cluster.server}"),
  );
  const proxy = await startTcpProxy({ host: url.hostname, port: Number(url.port || 443) });
  const kubeconfig = await writeKubeconfig(file, ({ clusters }) => {
    for (const entry of clusters) {
      entry.cluster = { server: `https://127.0.0.1:${proxy.port}`, "insecure-skip-tls-verify": true };
    }
  });
  return { proxy, kubeconfig };
}

async function beAway(proxy: TcpProxy, meanwhile?: () => Promise<unknown>): Promise<void> {
  await proxy.cut();
  const end = performance.now() + OUTAGE_MS;
  await meanwhile?.();
  await until("the end of the outage", () =>
    Promise.resolve(performance.now() > end ? ready(undefined) : notYet("it lasts")),
  );
  await proxy.restore();
}

/** Starts a command, and has a session of it wait in PostgreSQL while there is trouble. Answers how it ended. */
async function holdUp<T>(place: Place, start: () => Promise<T>, trouble: () => Promise<unknown>): Promise<T> {
  const lock = "BEGIN; LOCK TABLE pg_catalog.pg_publication; SELECT pg_sleep(120)";
  const holder = execa("kubectl", [
    ...["-n", place.namespace, "exec", "postgres-wal-0", "--"],
    ...["env", "PGAPPNAME=holder", "psql", "-XqAt", "-U", "admin", "-d", "shop", "-c", lock],
  ]).catch(() => undefined);
  const sessions = (what: string) =>
    until(what, async () => {
      const found = await place.psql(`SELECT count(*) FROM pg_stat_activity WHERE ${what}`);
      return Number(found) > 0 ? ready(undefined) : notYet("there is none");
    });
  await sessions("application_name = 'holder' AND wait_event = 'PgSleep'");
  const ended = start();
  await sessions("application_name = 'cdc-pipeline' AND wait_event_type = 'Lock'");
  await trouble();
  // Where the pod went, its sessions went with it.
  const end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'holder'";
  await place.psql(end).catch(() => undefined);
  await holder;
  return ended;
}

const volumesOf = async (namespaces: readonly string[]): Promise<string[]> => {
  const path = "{range .items[*]}{.spec.claimRef.namespace} persistentvolume/{.metadata.name}{'\\n'}{end}";
  const lines = (await kubectl("get", "pv", "-o", `jsonpath=${path}`)).split("\n");
  return lines.flatMap((line) => {
    const [namespace = "", name = ""] = line.split(" ");
    return namespaces.includes(namespace) ? [name] : [];
  });
};

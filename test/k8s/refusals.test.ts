import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { KubeObject } from "../../src/clients/kubernetes/kube-object.js";
import { packagePath } from "../../src/package-root.js";
import { noCluster } from "../support/cluster.js";
import {
  createNamespace,
  kubectl,
  kubectlApply,
  removeNamespaces,
  writeAccountKubeconfig,
  writeKubeconfig,
} from "../support/kube.js";
import { Workspace } from "../support/workspace.js";

const title =
  noCluster === undefined ? "what a cluster is asked" : `what a cluster is asked (skipped: ${noCluster})`;

/** Kafka and Kafka Connect are somebody else's, and are not spoken with by `deploy`. */
const ELSEWHERE = {
  CDC_PIPELINE_CONNECT_URL: "http://127.0.0.1:9",
  CDC_PIPELINE_KAFKA_BROKERS: "127.0.0.1:9",
};

/** What may be of somebody else under the name of one of ours: the smallest that the API server takes. */
const FOREIGN: readonly (readonly [kind: string, name: string, apiVersion: string, rest: object])[] = [
  ["Service", "postgres-wal", "v1", { spec: { ports: [{ port: 80 }] } }],
  ["ConfigMap", "postgres-init-scripts", "v1", { data: { theirs: "yes" } }],
  ["Secret", "postgres-wal-credentials", "v1", { stringData: { theirs: "yes" } }],
  [
    "PersistentVolumeClaim",
    "data-postgres-wal-0",
    "v1",
    { spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Mi" } } } },
  ],
  [
    "StatefulSet",
    "postgres-wal",
    "apps/v1",
    {
      spec: {
        replicas: 0,
        serviceName: "theirs",
        selector: { matchLabels: { app: "theirs" } },
        template: {
          metadata: { labels: { app: "theirs" } },
          spec: { containers: [{ name: "main", image: "postgres:15" }] },
        },
      },
    },
  ],
  [
    "PodDisruptionBudget",
    "postgres-wal",
    "policy/v1",
    { spec: { minAvailable: 0, selector: { matchLabels: { app: "theirs" } } } },
  ],
];

describe.skipIf(noCluster !== undefined)(title, () => {
  let namespace: string;
  let workspace: Workspace;
  const namespaces: string[] = [];

  beforeAll(async () => {
    namespace = await createNamespace("refusals");
    namespaces.push(namespace);
    workspace = await Workspace.create({
      CDC_PIPELINE_TARGET: "k8s",
      CDC_PIPELINE_K8S_NAMESPACE: namespace,
    });
  });

  afterAll(async () => {
    expect(await workspace.remove()).toEqual([]);
    await removeNamespaces(...namespaces);
  });

  async function createOwn(purpose: string): Promise<string> {
    const own = await createNamespace(purpose);
    namespaces.push(own);
    return own;
  }

  /** Runs a command that is to fail, and answers its error and how it ended. */
  async function fail(env: Readonly<Record<string, string>>, ...words: string[]) {
    const { document, exitCode } = await workspace.with({ ...ELSEWHERE, ...env }).json(...words);
    expect(document.error, JSON.stringify(document)).toBeDefined();
    return { code: "", message: "", hint: "", ...document.error, exitCode };
  }

  /** What there is of anything that the program makes. */
  const madeIn = (own: string) =>
    kubectl("-n", own, "get", "statefulset,service,secret,pvc,pdb,pods", "-o", "name");

  it.concurrent.each([
    ["k8s", "server"],
    ["k8s/kafka", "server"],
    // The example names a namespace that its reader makes.
    ["k8s/overlays/example", "client"],
  ])("kubectl apply -k %s is taken (checked by the %s)", async (folder, mode) => {
    const words = ["apply", "-k", packagePath(folder), `--dry-run=${mode}`, "-o", "name"];
    expect((await kubectl(...words)).split("\n")).toContain(
      folder === "k8s/kafka" ? "statefulset.apps/cdc-kafka" : "statefulset.apps/postgres-wal",
    );
  });

  it.concurrent("prints the manifests without a cluster and without a password", async () => {
    const { exitCode, stdout } = await workspace.run("deploy", "--emit", "--context", "none-of-this-name");
    expect(exitCode).toBe(0);
    expect(stdout).toContain("kind: StatefulSet");
    expect(stdout).not.toContain("password123");
  });

  it.concurrent("is told that neither Kafka nor Kafka Connect was chosen", async () => {
    const { document } = await workspace.json("deploy");
    expect(document.error).toMatchObject({ code: "KAFKA_NOT_CHOSEN" });
    // Which needs neither.
    const { document: prepared } = await workspace.json("prepare", "mykart");
    expect(prepared.error).toMatchObject({ code: "NOT_DEPLOYED" });
  });

  it.concurrent(
    "never touches what has the name of one of ours and is not, and names all of it",
    async () => {
      const own = await createOwn("foreign");
      await kubectlApply(
        ...FOREIGN.map(([kind, name, apiVersion, rest]) => ({
          apiVersion,
          kind,
          metadata: { name, namespace: own },
          ...rest,
        })),
      );
      const kinds = FOREIGN.map(([kind]) => kind).join(",");
      // A claim of theirs gets its volume meanwhile, so that it is not compared whole.
      const there = async () => {
        const list = await kubectl("-n", own, "get", kinds, "-o", "json");
        return (JSON.parse(list) as { items: readonly KubeObject[] }).items
          .map(({ kind, metadata, data, spec }) =>
            kind === "PersistentVolumeClaim"
              ? { kind, name: metadata.name, labels: metadata.labels }
              : { kind, metadata, data, spec },
          )
          .filter(({ metadata }) => metadata?.name !== "kube-root-ca.crt");
      };
      const before = await there();
      expect(before).toHaveLength(FOREIGN.length);

      const { code, message, hint } = await fail({}, "deploy", "--namespace", own);
      expect(code).toBe("KUBERNETES_NOT_OURS");
      for (const [kind, name] of FOREIGN) expect(message).toContain(`${kind} ${name}`);
      expect(hint).toContain(`kubectl label -n ${own} `);
      const { exitCode, stdout } = await workspace.run("down", "--volumes", "--yes", "--namespace", own);
      expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "Nothing to stop." });
      expect(await there()).toEqual(before);
    },
  );

  it.concurrent("says which contexts there are for a wrong one", async () => {
    const { code, hint, exitCode } = await fail({}, "deploy", "--context", "none-of-this-name");
    expect(code).toBe("KUBECONFIG_INVALID");
    expect(hint).toContain(`there are: ${await kubectl("config", "get-contexts", "-o", "name")}`);
    expect(exitCode).toBe(2);
  });

  it.concurrent("says that there is no kubeconfig, and which one is broken, without its text", async () => {
    const none = await fail({ KUBECONFIG: "/nowhere/config" }, "deploy");
    expect(none).toMatchObject({ code: "KUBECONFIG_INVALID", exitCode: 2 });
    expect(none.message).toContain("/nowhere/config does not exist");

    const files = {
      "broken.yaml": "apiVersion: v1\nusers: [{name: me, user: {token: very-secret}\n",
      "empty.yaml": "",
      "text.yaml": "hello\n",
    };
    for (const [name, content] of Object.entries(files)) {
      const file = join(workspace.folder, name);
      await writeFile(file, content);
      const error = await fail({ KUBECONFIG: file }, "deploy");
      expect(error).toMatchObject({ code: "KUBECONFIG_INVALID", exitCode: 2 });
      expect(error.message).toContain(file);
      expect(JSON.stringify(error)).not.toMatch(/very-secret|undefined|TypeError/);
    }
    const nobody = await writeKubeconfig(join(workspace.folder, "nobody.json"), ({ contexts }) => {
      for (const { context } of contexts) context.user = "nobody";
    });
    expect((await fail({ KUBECONFIG: nobody }, "deploy")).message).toContain(
      'names the user "nobody", who is not in',
    );
  });

  it.concurrent("says that a login is not taken, and that an API server does not answer", async () => {
    const expired = await writeKubeconfig(join(workspace.folder, "expired.json"), ({ users }) => {
      for (const user of users) user.user = { token: "expired" };
    });
    const login = await fail({ KUBECONFIG: expired }, "deploy");
    expect(login.code).toBe("CLUSTER_REFUSED");
    expect(login.hint).toContain("auth whoami");

    const away = await writeKubeconfig(join(workspace.folder, "away.json"), ({ clusters }) => {
      for (const { cluster } of clusters) cluster.server = "https://127.0.0.1:9";
    });
    const server = await fail({ CDC_PIPELINE_K8S_KUBECONFIG: away }, "deploy");
    expect(server.code).toBe("CLUSTER_UNREACHABLE");
    expect(server.message).toContain("the API server at https://127.0.0.1:9 does not answer");
    expect(server.hint).toContain(`kubectl --kubeconfig ${away} get --raw /readyz`);
  });

  it.concurrent("says what makes a missing namespace, and makes none unasked", async () => {
    const name = "no-such-namespace-here";
    const { code, hint } = await fail({}, "deploy", "--namespace", name);
    expect(code).toBe("NAMESPACE_UNSUITABLE");
    expect(hint).toBe(`kubectl create namespace ${name}`);
    expect(await kubectl("get", "namespace", name, "--ignore-not-found")).toBe("");
    expect((await workspace.run("down", "--namespace", name)).stdout).toBe("Nothing to stop.");
  });

  it.concurrent("waits for no namespace that is being deleted", async () => {
    const own = await createOwn("ending");
    // Somebody's finalizer keeps the namespace for as long as the test looks.
    const holder = { name: "holder", namespace: own, finalizers: ["cdc-pipeline.test/hold"] };
    await kubectlApply({ apiVersion: "v1", kind: "ConfigMap", metadata: holder });
    await kubectl("delete", "namespace", own, "--wait=false");
    try {
      const { code, message, hint } = await fail({}, "deploy", "--namespace", own);
      expect(code).toBe("NAMESPACE_UNSUITABLE");
      expect(message).toContain(`the namespace "${own}" is being deleted`);
      expect(hint).toContain(`kubectl wait --for=delete namespace/${own}`);
    } finally {
      const patch = JSON.stringify({ metadata: { finalizers: null } });
      await kubectl("-n", own, "patch", "configmap", "holder", "--type", "merge", "-p", patch);
    }
  });

  it.concurrent("says which quota leaves no room, before anything is written", async () => {
    const own = await createOwn("quota");
    await kubectlApply({
      apiVersion: "v1",
      kind: "ResourceQuota",
      metadata: { name: "tight", namespace: own },
      spec: { hard: { "services.loadbalancers": "0" } },
    });
    const { code, message, hint } = await fail({}, "deploy", "--namespace", own);
    expect(code).toBe("QUOTA_EXCEEDED");
    expect(message).toContain('Service postgres-wal-external: the quota "tight" leaves no room');
    expect(hint).toBe(
      `kubectl describe quota tight -n ${own}; have it raised, or ask for less: k8s.loadBalancer: false`,
    );
    expect(await madeIn(own)).toBe("");
  });

  it.concurrent(
    "tells all rights that are missing at once, and its role is enough for everything",
    async () => {
      const own = await createOwn("rights");
      const KUBECONFIG = await writeAccountKubeconfig(
        join(workspace.folder, "deployer.json"),
        own,
        "deployer",
      );
      const words = ["--namespace", own];
      const none = await fail({ KUBECONFIG }, "deploy", ...words);
      expect(none.code).toBe("CLUSTER_RIGHT_MISSING");
      expect(none.message).toContain(`"system:serviceaccount:${own}:deployer" may not get`);
      expect(none.message).toContain("get, list, create, patch, delete persistentvolumeclaims, pods");
      expect(none.message).toContain("get, create pods/portforward");
      await giveWhatIsHinted(none.hint);

      const env = {
        ...ELSEWHERE,
        KUBECONFIG,
        CDC_PIPELINE_K8S_DATA_SIZE: "1Gi",
        CDC_PIPELINE_K8S_ARCHIVE_SIZE: "1Gi",
      };
      const allowed = workspace.with(env);
      expect((await allowed.run("deploy", "--dry-run", ...words)).exitCode).toBe(0);
      // With no load balancer there is a tunnel to open.
      const tunnelled = workspace.with({ ...env, CDC_PIPELINE_K8S_LOAD_BALANCER: "false" });
      expect(await tunnelled.run("deploy", ...words)).toMatchObject({ exitCode: 0 });
      expect((await allowed.run("logs", "postgres", ...words)).stdout).toContain(
        "ready to accept connections",
      );
      expect((await allowed.run("down", "--volumes", "--yes", ...words)).exitCode).toBe(0);
      expect(await madeIn(own)).toBe("");
    },
  );

  it.concurrent(
    "says which right is missing, to read and to write, with the commands that give it",
    async () => {
      const own = await createOwn("right");
      const KUBECONFIG = await writeAccountKubeconfig(join(workspace.folder, "partly.json"), own, "partly");
      await kubectl("apply", "-n", own, "-f", packagePath("k8s/rbac/role.yaml"));
      await kubectl(
        ...["create", "rolebinding", "partly", "-n", own, "--role=cdc-pipeline"],
        `--serviceaccount=${own}:partly`,
      );
      const role = JSON.parse(await kubectl("get", "role", "cdc-pipeline", "-n", own, "-o", "json")) as {
        rules: { resources: string[]; verbs: string[] }[];
      };
      const without = (resource: string, ...verbs: string[]): KubeObject => ({
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "Role",
        metadata: { name: "cdc-pipeline", namespace: own },
        rules: role.rules
          .flatMap((rule) => [
            { ...rule, resources: rule.resources.filter((name) => name !== resource) },
            ...(rule.resources.includes(resource)
              ? [
                  {
                    ...rule,
                    resources: [resource],
                    verbs: rule.verbs.filter((verb) => !verbs.includes(verb)),
                  },
                ]
              : []),
          ])
          .filter(({ resources, verbs: left }) => resources.length > 0 && left.length > 0),
      });
      const words = ["--dry-run", "--namespace", own];

      await kubectlApply(without("services", "create", "patch"));
      const writing = await fail({ KUBECONFIG }, "deploy", ...words);
      expect(writing.code).toBe("CLUSTER_RIGHT_MISSING");
      expect(writing.message).toMatch(
        /^could not apply Service postgres-wal\S*: "\S+:partly" may not patch services in the namespace/,
      );
      expect(writing.hint).toContain("--verb=create,patch --resource=services\n");
      await giveWhatIsHinted(writing.hint);
      expect((await workspace.with({ ...ELSEWHERE, KUBECONFIG }).run("deploy", ...words)).exitCode).toBe(0);

      await kubectlApply(without("poddisruptionbudgets", "get"));
      const reading = await fail({ KUBECONFIG }, "deploy", ...words);
      expect(reading.message).toMatch(/^could not read PodDisruptionBudget postgres-wal: .* may not get /);
      expect(reading.hint).toContain("--verb=get --resource=poddisruptionbudgets.policy\n");
      await giveWhatIsHinted(reading.hint);
      expect((await workspace.with({ ...ELSEWHERE, KUBECONFIG }).run("deploy", ...words)).exitCode).toBe(0);
    },
  );

  /** Runs the commands of a hint as an administrator would, who pastes them into a shell. */
  async function giveWhatIsHinted(hint: string): Promise<void> {
    const commands = hint.split("\n").filter((line) => line.startsWith("kubectl "));
    expect(commands.length).toBeGreaterThan(0);
    for (const command of commands) await execa(command, { shell: true });
  }
});

import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";

import { execa } from "execa";
import { onTestFinished } from "vitest";

import type { Cluster } from "../../src/clients/kubernetes/cluster.js";
import type { KubeObject } from "../../src/clients/kubernetes/kube-object.js";
import { openCluster } from "../../src/clients/kubernetes/open-cluster.js";
import { deadlineIn } from "../../src/wait/deadline.js";

const NEVER_ABORTED = new AbortController().signal;

export interface ClusterChoice {
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly namespace?: string;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  readonly onWait?: (reason: string) => void;
}

/** The tests' cluster through the program's client; closed at the end of the test. */
export function clusterForTest(choice: ClusterChoice = {}): Cluster {
  const cluster = openTestCluster(choice);
  onTestFinished(() => cluster.close());
  return cluster;
}

/** The same, to be closed by the caller. */
export const openTestCluster = ({
  timeoutMs = 60_000,
  signal = NEVER_ABORTED,
  ...choice
}: ClusterChoice = {}): Cluster => openCluster({ ...choice, signal, deadline: deadlineIn(timeoutMs) });

/** What kubectl prints. It fails where kubectl fails. */
export async function kubectl(...words: readonly string[]): Promise<string> {
  return (await execa("kubectl", words)).stdout;
}

/** One password of a namespace's Secret. */
export async function secretOf(namespace: string, key: string): Promise<string> {
  const path = `jsonpath={.data.${key}}`;
  const value = await kubectl("-n", namespace, "get", "secret", "postgres-wal-credentials", "-o", path);
  return Buffer.from(value, "base64").toString();
}

/** Every object of a namespace, of whatever kind, but for the events, which tell of what there was. */
export async function objectsIn(namespace: string): Promise<string[]> {
  const kinds = await kubectl("api-resources", "--verbs=list", "--namespaced", "-o", "name");
  const lasting = kinds.split("\n").filter((kind) => !/^events(\.|$)/.test(kind));
  return (await kubectl("-n", namespace, "get", lasting.join(","), "-o", "name")).split("\n").sort();
}

/** Has kubectl apply objects. */
export async function kubectlApply(...objects: readonly KubeObject[]): Promise<void> {
  await execa("kubectl", ["apply", "-f", "-"], {
    input: JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }),
  });
}

/** What a kubeconfig file holds, as JSON. */
interface Kubeconfig {
  clusters: { name: string; cluster: Record<string, unknown> & { server: string } }[];
  users: { name: string; user: Record<string, unknown> }[];
  contexts: { name: string; context: { cluster: string; user: string; namespace?: string } }[];
  "current-context": string;
}

/** The tests' kubeconfig, with the context in use alone, as a file that `change` may make another of. */
export async function writeKubeconfig(
  file: string,
  change: (config: Kubeconfig) => void = () => undefined,
): Promise<string> {
  const config = JSON.parse(
    await kubectl("config", "view", "--raw", "--minify", "--flatten", "-o", "json"),
  ) as Kubeconfig;
  change(config);
  await writeFile(file, JSON.stringify(config));
  return file;
}

/** A kubeconfig of a new service account, which may do nothing yet. */
export async function writeAccountKubeconfig(file: string, namespace: string, name: string): Promise<string> {
  await kubectl("create", "serviceaccount", name, "-n", namespace);
  const token = await kubectl("create", "token", name, "-n", namespace);
  return writeKubeconfig(file, ({ users, contexts }) => {
    for (const user of users) user.user = { token };
    for (const { context } of contexts) context.namespace = namespace;
  });
}

/** Makes a namespace with a name of its own. */
export async function createNamespace(purpose: string): Promise<string> {
  const name = `test-${purpose}-${randomBytes(4).toString("hex")}`;
  await kubectl("create", "namespace", name);
  return name;
}

/** Removes namespaces with all that is in them, and sees that they are gone. */
export async function removeNamespaces(...names: readonly string[]): Promise<void> {
  await kubectl("delete", "namespace", ...names, "--ignore-not-found", "--timeout=120s");
}

export interface PodSettings {
  readonly name: string;
  readonly namespace: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** Parts of the container: image, command, ports, probes. */
  readonly container?: Readonly<Record<string, unknown>>;
  readonly spec?: Readonly<Record<string, unknown>>;
}

/** A pod with one container `main`, which ends at once when it is told to. */
export function podManifest({
  name,
  namespace,
  labels = {},
  container = {},
  spec = {},
}: PodSettings): KubeObject {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace, labels },
    spec: {
      terminationGracePeriodSeconds: 0,
      containers: [{ name: "main", image: "postgres:15", ...container }],
      ...spec,
    },
  };
}

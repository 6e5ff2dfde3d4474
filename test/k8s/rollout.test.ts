import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { Cluster } from "../../src/clients/kubernetes/cluster.js";
import type { KubeObject, ObjectReference } from "../../src/clients/kubernetes/kube-object.js";
import { findAddress, readAddress } from "../../src/targets/k8s/find-address.js";
import { EXTERNAL_SERVICE } from "../../src/targets/k8s/manifest.js";
import { waitForRollout } from "../../src/targets/k8s/wait-for-rollout.js";
import { deadlineIn } from "../../src/wait/deadline.js";
import { notYet, ready } from "../../src/wait/wait-until.js";
import { catchCdcError } from "../support/catch-cdc-error.js";
import { noCluster } from "../support/cluster.js";
import {
  createNamespace,
  kubectl,
  kubectlApply,
  openTestCluster,
  removeNamespaces,
} from "../support/kube.js";
import { until } from "../support/until.js";

const NEVER_ABORTED = new AbortController().signal;
const SLEEP = ["sleep", "1000"];
/** Keeps a pod from being ready between its start and what is looked for. */
const NEVER_READY = { readinessProbe: { exec: { command: ["false"] } } };

interface WorkloadParts {
  readonly container?: Readonly<Record<string, unknown>>;
  readonly pod?: Readonly<Record<string, unknown>>;
  readonly claimClass?: string;
}

function workload(kind: "StatefulSet" | "Deployment", name: string, parts: WorkloadParts): KubeObject {
  const { container = {}, pod = {}, claimClass } = parts;
  const claim = {
    metadata: { name: "data" },
    spec: {
      storageClassName: claimClass,
      accessModes: ["ReadWriteOnce"],
      resources: { requests: { storage: "1Mi" } },
    },
  };
  return {
    apiVersion: "apps/v1",
    kind,
    metadata: { name },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: name } },
      ...(kind === "StatefulSet" ? { serviceName: name } : {}),
      ...(claimClass === undefined ? {} : { volumeClaimTemplates: [claim] }),
      template: {
        metadata: { labels: { app: name } },
        spec: {
          terminationGracePeriodSeconds: 0,
          containers: [
            {
              name: "main",
              image: "postgres:15",
              command: SLEEP,
              ...(claimClass === undefined ? {} : { volumeMounts: [{ name: "data", mountPath: "/data" }] }),
              ...container,
            },
          ],
          ...pod,
        },
      },
    },
  };
}

describe.skipIf(noCluster !== undefined)(`a rollout in a cluster ${noCluster ?? ""}`, () => {
  let namespace: string;
  let cluster: Cluster;
  beforeAll(async () => {
    namespace = await createNamespace("rollout");
    cluster = openTestCluster({ namespace, timeoutMs: 600_000 });
  });
  afterAll(async () => {
    await cluster.close();
    await removeNamespaces(namespace);
  });

  const wait = (
    reference: ObjectReference,
    timeoutMs: number,
    onReason?: (reason: string) => void,
  ): Promise<void> =>
    waitForRollout(cluster, reference, {
      deadline: deadlineIn(timeoutMs),
      signal: NEVER_ABORTED,
      ...(onReason === undefined ? {} : { onReason }),
    });

  /** Applies a workload and answers the error of waiting for it, once `expected` was seen. */
  async function fail(object: KubeObject, expected: RegExp) {
    await cluster.apply(object);
    const seen: string[] = [];
    const stop = new AbortController();
    const waited = waitForRollout(cluster, object, {
      // The kubelet looks for what is to be evicted now and then, and later where it is busy.
      deadline: deadlineIn(180_000),
      signal: stop.signal,
      onReason(reason) {
        seen.push(reason);
        if (expected.test(reason)) stop.abort();
      },
    }).catch((error: unknown) => error);
    const error = await waited;
    return { seen, error };
  }

  test("pods that become ready end the wait, and nothing else is said", async () => {
    const reasons: string[] = [];
    const object = workload("StatefulSet", "fine", {
      container: {
        readinessProbe: { exec: { command: ["test", "-d", "/"] }, periodSeconds: 1, initialDelaySeconds: 1 },
      },
    });
    await cluster.apply(object);
    await wait(object, 60_000, (reason) => reasons.push(reason));
    expect(
      await kubectl("get", "statefulset", "fine", "-n", namespace, "-o", "jsonpath={.status.readyReplicas}"),
    ).toBe("1");
    expect(reasons.length).toBeGreaterThan(0);
    // A second look finds it complete at once.
    const again: string[] = [];
    await wait(object, 5_000, (reason) => again.push(reason));
    expect(again).toEqual([]);
  });

  test("a changed template is waited for until the new pod is there", async () => {
    const before = workload("Deployment", "changed", {});
    await cluster.apply(before);
    await wait(before, 60_000);
    const after = workload("Deployment", "changed", { container: { env: [{ name: "NEW", value: "yes" }] } });
    await cluster.apply(after);
    await wait(after, 60_000);
    const environments = await kubectl(
      "get",
      "pods",
      "-n",
      namespace,
      "-l",
      "app=changed",
      "-o",
      "jsonpath={.items[*].spec.containers[0].env[0].name}",
    );
    expect(environments).toBe("NEW");
  });

  test("a container that ends again and again ends the wait, with its last log lines", async () => {
    const object = workload("StatefulSet", "crash", {
      // Without a probe it would count as ready for the moment that it runs.
      container: {
        ...NEVER_READY,
        command: ["sh", "-c", "echo the data folder is of another version >&2; exit 3"],
      },
    });
    await cluster.apply(object);
    const error = await catchCdcError(wait(object, 120_000));
    expect(error.code).toBe("ROLLOUT_FAILED");
    expect(error.message).toBe(
      "StatefulSet crash cannot become ready: pod crash-0: container main ended with exit code 3, started again 3 times\n" +
        "its last log lines:\nthe data folder is of another version",
    );
    expect(error.hint).toBe(`kubectl describe pod crash-0 -n ${namespace}`);
  });

  test("what may pass is told at the deadline, with the log of what runs", async () => {
    const object = workload("Deployment", "probe", {
      container: {
        command: ["sh", "-c", "echo waiting for something; sleep 1000"],
        readinessProbe: { periodSeconds: 1, exec: { command: ["sh", "-c", "echo nobody answers; exit 1"] } },
      },
    });
    await cluster.apply(object);
    const error = await catchCdcError(wait(object, 5_000));
    expect(error.code).toBe("ROLLOUT_NOT_READY");
    expect(error.message).toMatch(
      /^Deployment probe was not ready in time: pod probe-\w+-\w+: container main is not ready: Readiness probe failed: nobody answers\nits last log lines:\nwaiting for something$/,
    );
  });

  test("reasons that no waiting would help end it at once", async () => {
    const name = await catchCdcError(async () => {
      const object = workload("StatefulSet", "image-name", { container: { image: "postgres:15:16" } });
      await cluster.apply(object);
      await wait(object, 60_000);
    });
    expect(name.code).toBe("ROLLOUT_FAILED");
    expect(name.message).toMatch(
      /pod image-name-0: container main: the image cannot be used: .*postgres:15:16/,
    );

    const storage = await catchCdcError(async () => {
      const object = workload("StatefulSet", "storage", { claimClass: "no-such-class" });
      await cluster.apply(object);
      await wait(object, 60_000);
    });
    expect(storage.message).toMatch(
      /the volume claim data-storage-0 asks for the storage class "no-such-class", which does not exist; there are: .*standard/,
    );
  });

  test.each<[string, WorkloadParts, RegExp]>([
    [
      "pull",
      { container: { image: "registry.invalid/nothing:1" } },
      /the image registry\.invalid\/nothing:1 cannot be pulled: .*registry\.invalid/,
    ],
    [
      "schedule",
      { container: { resources: { requests: { cpu: "900" } } } },
      /cannot be scheduled: .*Insufficient cpu/,
    ],
    [
      "secret",
      { container: { env: [{ name: "A", valueFrom: { secretKeyRef: { name: "nothing", key: "a" } } }] } },
      /cannot be made: secret "nothing" not found/,
    ],
    [
      "memory",
      {
        container: {
          ...NEVER_READY,
          command: ["perl", "-e", 'my $x = "x" x 200000000; sleep 100'],
          resources: { limits: { memory: "30Mi" } },
        },
      },
      /was killed: it needed more memory than its limit of 30Mi/,
    ],
    [
      "init",
      { pod: { initContainers: [{ name: "before", image: "postgres:15", command: ["false"] }] } },
      /init container before ended with exit code 1/,
    ],
    [
      "live",
      {
        container: {
          ...NEVER_READY,
          livenessProbe: {
            periodSeconds: 1,
            failureThreshold: 1,
            exec: { command: ["sh", "-c", "echo it hangs; exit 1"] },
          },
        },
      },
      /exit code 137.*: Liveness probe failed: it hangs/,
    ],
    [
      "evicted",
      {
        container: {
          ...NEVER_READY,
          command: ["sh", "-c", "dd if=/dev/zero of=/scratch/x bs=1M count=20; sleep 100"],
          volumeMounts: [{ name: "scratch", mountPath: "/scratch" }],
        },
        pod: { volumes: [{ name: "scratch", emptyDir: { sizeLimit: "5Mi" } }] },
      },
      /was evicted: Usage of EmptyDir volume "scratch" exceeds the limit "5Mi"/,
    ],
  ])("while it waits the reason is told: %s", async (name, parts, expected) => {
    const { seen, error } = await fail(workload("Deployment", `reason-${name}`, parts), expected);
    expect(error, seen.join("\n")).toMatchObject({ name: "AbortError" });
    await cluster.remove({ apiVersion: "apps/v1", kind: "Deployment", metadata: { name: `reason-${name}` } });
  });

  test("a quota for which no pod can be made is told", async () => {
    const own = await createNamespace("quota");
    try {
      await kubectlApply({
        apiVersion: "v1",
        kind: "ResourceQuota",
        metadata: { name: "few", namespace: own },
        spec: { hard: { pods: "0" } },
      });
      const object = { ...workload("StatefulSet", "full", {}), metadata: { name: "full", namespace: own } };
      await cluster.apply(object);
      const error = await catchCdcError(wait(object, 5_000));
      expect(error.code).toBe("ROLLOUT_NOT_READY");
      expect(error.message).toMatch(
        /its pods cannot be made: .*exceeded quota: few, requested: pods=1, used: pods=0, limited: pods=0/,
      );
      expect(error.hint).toContain(`kubectl describe quota few -n ${own}`);
    } finally {
      await removeNamespaces(own);
    }
  });

  test("a service that gets an address answers it; one that gets none does not hold up for long", async () => {
    const service = (name: string, spec: Record<string, unknown>): KubeObject => ({
      apiVersion: "v1",
      kind: "Service",
      metadata: { name },
      spec: { type: "LoadBalancer", ports: [{ port: 5432 }], selector: { app: "fine" }, ...spec },
    });
    await cluster.apply(service("with-address", {}));
    const address = await until("the address", async () => {
      const found = await readAddress(cluster, "with-address");
      return found === undefined ? notYet("none yet") : ready(found);
    });
    expect(address.host).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
    // The test's cluster gives an address to every load balancer at once.
    await cluster.apply(service(EXTERNAL_SERVICE, { type: "ClusterIP" }));
    const reported: unknown[] = [];
    const context = {
      report: (event: unknown) => void reported.push(event),
      signal: NEVER_ABORTED,
      deadline: deadlineIn(20_000),
    };
    expect(await findAddress(cluster, context, true)).toBeUndefined();
    expect(reported).toHaveLength(1);
  });
});

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { KubeObject } from "../../src/clients/kubernetes/kube-object.js";
import { noCluster } from "../support/cluster.js";
import { clusterForTest, createNamespace, kubectl, removeNamespaces } from "../support/kube.js";

const configMap = (name: string, data: Record<string, string>): KubeObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name },
  data,
});

describe.skipIf(noCluster !== undefined)(`objects in a cluster ${noCluster ?? ""}`, () => {
  let namespace: string;
  beforeAll(async () => {
    namespace = await createNamespace("objects");
  });
  afterAll(() => removeNamespaces(namespace));

  test("an object is made, read, changed and deleted", async () => {
    const cluster = clusterForTest({ namespace });
    const reference = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "settings" } };
    expect(await cluster.read(reference)).toBeUndefined();

    const made = await cluster.apply(configMap("settings", { one: "1" }));
    expect(made.metadata.namespace).toBe(namespace);
    const same = await cluster.apply(configMap("settings", { one: "1" }));
    expect(same.metadata.resourceVersion).toBe(made.metadata.resourceVersion);
    await cluster.apply(configMap("settings", { two: "2" }));

    expect((await cluster.read(reference))?.data).toEqual({ two: "2" });
    expect(await kubectl("get", "configmap", "settings", "-n", namespace, "-o", "jsonpath={.data}")).toBe(
      '{"two":"2"}',
    );
    expect(await cluster.remove(reference)).toBe("deleted");
    expect(await cluster.remove(reference)).toBe("absent");
  });

  test("a trial writes nothing and answers what would be", async () => {
    const cluster = clusterForTest({ namespace });
    const tried = await cluster.apply(configMap("trial", { one: "1" }), { dryRun: true });
    expect(tried.data).toEqual({ one: "1" });
    expect(await cluster.read(tried)).toBeUndefined();
  });
});

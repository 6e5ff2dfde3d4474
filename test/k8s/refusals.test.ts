import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { packagePath } from "../../src/package-root.js";
import { noCluster } from "../support/cluster.js";
import { createNamespace, kubectl, kubectlApply, removeNamespaces } from "../support/kube.js";
import { Workspace } from "../support/workspace.js";

const title =
  noCluster === undefined ? "what a cluster is asked" : `what a cluster is asked (skipped: ${noCluster})`;

describe.skipIf(noCluster !== undefined)(title, () => {
  let namespace: string;
  let workspace: Workspace;

  beforeAll(async () => {
    namespace = await createNamespace("refusals");
    workspace = await Workspace.create({
      CDC_PIPELINE_TARGET: "k8s",
      CDC_PIPELINE_K8S_NAMESPACE: namespace,
    });
  });

  afterAll(async () => {
    expect(await workspace.remove()).toEqual([]);
    await removeNamespaces(namespace);
  });

  it.each([
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

  it("prints the manifests without a cluster and without a password", async () => {
    const { exitCode, stdout } = await workspace.run("deploy", "--emit", "--context", "none-of-this-name");
    expect(exitCode).toBe(0);
    expect(stdout).toContain("kind: StatefulSet");
    expect(stdout).not.toContain("password123");
  });

  it("is told that neither Kafka nor Kafka Connect was chosen", async () => {
    const { document } = await workspace.json("deploy");
    expect(document.error).toMatchObject({ code: "KAFKA_NOT_CHOSEN" });
  });

  it("never touches a StatefulSet of that name which is not ours", async () => {
    const labels = { app: "theirs" };
    await kubectlApply({
      apiVersion: "apps/v1",
      kind: "StatefulSet",
      metadata: { name: "postgres-wal", namespace },
      spec: {
        replicas: 0,
        serviceName: "theirs",
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ name: "main", image: "postgres:15" }] } },
      },
    });
    const version = () =>
      kubectl(
        "-n",
        namespace,
        "get",
        "sts",
        "postgres-wal",
        "-o",
        "jsonpath={.metadata.generation} {.metadata.labels}",
      );
    const before = await version();
    const { document } = await workspace.json("deploy", "--with-kafka");
    expect(document.error).toMatchObject({ code: "KUBERNETES_NOT_OURS" });
    expect(await version()).toBe(before);
    // Nothing was written of the rest either.
    expect(await kubectl("-n", namespace, "get", "service,secret", "-o", "name")).toBe("");
  });

  it("says which contexts there are for a wrong one, and what makes a missing namespace", async () => {
    const wrong = await workspace.json("deploy", "--with-kafka", "--context", "none-of-this-name");
    expect(wrong.document.error).toMatchObject({ code: "KUBECONFIG_INVALID" });
    const missing = await workspace.json("deploy", "--with-kafka", "--namespace", "no-such-namespace-here");
    expect(missing.document.error?.hint).toContain("create namespace no-such-namespace-here");
  });
});

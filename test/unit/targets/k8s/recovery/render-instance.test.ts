import { describe, expect, it } from "vitest";

import { CdcError } from "../../../../../src/errors.js";
import { CREDENTIALS, type Manifest, NAME_LABEL, POSTGRES } from "../../../../../src/targets/k8s/manifest.js";
import { readManifests } from "../../../../../src/targets/k8s/read-manifests.js";
import { CONFIG, type RecoverySource } from "../../../../../src/targets/k8s/recovery/recovery-source.js";
import {
  checkInstanceName,
  instanceReferences,
  renderInstance,
} from "../../../../../src/targets/k8s/recovery/render-instance.js";
import { renderRecoveryPod } from "../../../../../src/targets/k8s/recovery/render-recovery-pod.js";

const shipped = readManifests("postgres");
const find = (kind: string, name: string): Manifest => {
  const found = shipped.find((one) => one.kind === kind && one.metadata.name === name);
  if (found === undefined) throw new Error(`no ${kind} ${name}`);
  return found;
};
const source: RecoverySource = {
  statefulSet: find("StatefulSet", POSTGRES),
  config: find("ConfigMap", CONFIG),
  credentials: find("Secret", CREDENTIALS),
  isDeployed: true,
  hasPod: true,
};

describe("an instance that is restored beside the server", () => {
  const objects = instanceReferences(renderInstance(source, "copy"));

  it("has no name and no label of the server, so that nothing that leads there leads to it", () => {
    expect(objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`).sort()).toEqual([
      "ConfigMap copy-config",
      "PersistentVolumeClaim data-copy-0",
      "PersistentVolumeClaim wal-archive-copy-0",
      "Secret copy-credentials",
      "Service copy",
      "Service copy-pods",
      "StatefulSet copy",
    ]);
    for (const { metadata } of objects) expect(metadata.labels?.[NAME_LABEL]).toBe("copy");
    const [statefulSet] = objects;
    expect(statefulSet).toMatchObject({
      spec: {
        serviceName: "copy-pods",
        selector: { matchLabels: { [NAME_LABEL]: "copy" } },
        template: { metadata: { labels: { [NAME_LABEL]: "copy" } } },
      },
    });
    // Also not by what its pod mounts: the server's objects may go.
    expect(JSON.stringify(statefulSet?.spec)).not.toContain(POSTGRES);
  });

  it.each([
    ["copy", true],
    ["postgres-wal-restored-20261123100000", true],
    ["a".repeat(52), true],
    ["a".repeat(53), false],
    ["1st", false],
    ["Copy", false],
    ["copy.one", false],
    ["copy-", false],
    ["", false],
    [POSTGRES, false],
    ["postgres-wal-external", false],
    ["postgres-wal-recovery", false],
    ["cdc-connect", false],
  ])("may be called %j: %s", (name, isFine) => {
    const check = () => checkInstanceName(name);
    if (isFine) expect(check).not.toThrow();
    else expect(check).toThrow(CdcError);
  });
});

describe("a pod that works on the volumes", () => {
  const options = { name: "work", claims: { "wal-archive": "archive" }, endsAfterSeconds: 60 };

  it("runs as the server does, is selected by nothing, and ends by itself", () => {
    const pod = renderRecoveryPod(source.statefulSet, { ...options, besideServer: false });
    expect(pod.metadata.labels?.[NAME_LABEL]).not.toBe(POSTGRES);
    const server = source.statefulSet.spec as {
      template: { spec: { securityContext: object; containers: { securityContext: object }[] } };
    };
    expect(pod.spec).toMatchObject({
      activeDeadlineSeconds: 60,
      restartPolicy: "Never",
      automountServiceAccountToken: false,
      securityContext: server.template.spec.securityContext,
      containers: [{ securityContext: server.template.spec.containers[0]?.securityContext }],
    });
  });

  it("needs neither the server's settings nor its credentials, which go with `down`", () => {
    const pod = renderRecoveryPod(source.statefulSet, { ...options, besideServer: false });
    expect(JSON.stringify(pod.spec)).not.toMatch(/"(configMap|secret)":/);
  });

  it("goes to the server's node only where the server has a pod", () => {
    const beside = renderRecoveryPod(source.statefulSet, { ...options, besideServer: true });
    expect(JSON.stringify(beside.spec)).toContain("podAffinity");
    const alone = renderRecoveryPod(source.statefulSet, { ...options, besideServer: false });
    expect(JSON.stringify(alone.spec)).not.toContain("podAffinity");
  });
});

import { readFile, writeFile } from "node:fs/promises";

import { format, resolveConfig } from "prettier";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";

import { titleOf } from "../../../../src/clients/kubernetes/kube-object.js";
import { packagePath } from "../../../../src/package-root.js";
import { configHash } from "../../../../src/targets/k8s/config-hash.js";
import { INIT_SCRIPT, renderInitScript } from "../../../../src/targets/k8s/init-script.js";
import { MANAGED_BY } from "../../../../src/targets/k8s/manifest.js";
import { readManifests } from "../../../../src/targets/k8s/read-manifests.js";
import { BACKUP_SCRIPTS } from "../../../../src/targets/k8s/recovery/scheduled-backups.js";

const all = [
  ...readManifests("postgres"),
  ...readManifests("kafka"),
  ...readManifests("components/network-policy"),
  ...readManifests("components/scheduled-backups"),
];

/** The file as it should be: with `UPDATE_DOCS=1` it is written so. */
async function expectFile(path: string, content: string): Promise<void> {
  const file = packagePath(path);
  const renewed = await format(content, { ...(await resolveConfig(file)), parser: "yaml" });
  if (process.env.UPDATE_DOCS === "1") await writeFile(file, renewed);
  expect(await readFile(file, "utf8")).toBe(renewed);
}

describe("the files in k8s/", () => {
  it("make the administrator's functions just as `prepare` makes them", async () => {
    const object = all.find(({ metadata }) => metadata.name === "postgres-init-scripts");
    const script = renderInitScript({ role: "debezium_user", publication: "debezium_publication" });
    const yaml = stringify({ ...object, data: { [INIT_SCRIPT]: script } }, { lineWidth: 0 });
    const head =
      "# Generated from sql/ and src/targets/k8s/init-script.ts: UPDATE_DOCS=1 npm run test:unit\n";
    await expectFile("k8s/postgres/init-scripts.yaml", head + yaml);
  });

  it("hold the scripts of scheduled backups just as the program has them", async () => {
    const scripts = "components/scheduled-backups/scripts.yaml";
    const object = {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: {
        name: "postgres-wal-backup-scripts",
        labels: {
          "app.kubernetes.io/name": "postgres-wal",
          "app.kubernetes.io/component": "backup",
          "app.kubernetes.io/part-of": "cdc-pipeline",
          "app.kubernetes.io/managed-by": "cdc-pipeline",
        },
      },
      data: BACKUP_SCRIPTS,
    };
    const head =
      "# Generated from src/targets/k8s/recovery/scheduled-backups.ts: UPDATE_DOCS=1 npm run test:unit\n";
    await expectFile(`k8s/${scripts}`, head + stringify(object, { lineWidth: 0 }));
  });

  it("start PostgreSQL anew when its configuration is another", async () => {
    const config = all.find(({ metadata }) => metadata.name === "postgres-wal-config");
    const path = "k8s/postgres/statefulset.yaml";
    const written = await readFile(packagePath(path), "utf8");
    const renewed = written.replace(/(cdc-pipeline\/config-hash: ).*/, `$1"${configHash(config?.data)}"`);
    await expectFile(path, renewed);
  });

  it.each(all.map((manifest) => [titleOf(manifest), manifest] as const))(
    "mark %s as made by the program, and leave the namespace open",
    (_, { metadata }) => {
      expect(metadata.labels).toMatchObject({
        [MANAGED_BY[0]]: MANAGED_BY[1],
        "app.kubernetes.io/part-of": "cdc-pipeline",
      });
      expect(metadata.namespace).toBeUndefined();
    },
  );

  it("run nothing as root, with no right that it does not need", () => {
    const workloads = all.filter(({ kind }) => kind === "StatefulSet" || kind === "Deployment");
    expect(workloads).toHaveLength(3);
    for (const { spec } of workloads) {
      expect(spec).toMatchObject({
        template: {
          spec: {
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
            containers: [
              {
                securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
                resources: { requests: {}, limits: {} },
                startupProbe: {},
                livenessProbe: {},
                readinessProbe: {},
              },
            ],
          },
        },
      });
    }
  });
});

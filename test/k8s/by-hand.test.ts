import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { packagePath } from "../../src/package-root.js";
import { noCluster } from "../support/cluster.js";
import { createNamespace, kubectl, removeNamespaces } from "../support/kube.js";
import { Workspace } from "../support/workspace.js";

const title =
  noCluster === undefined ? "a server set up by hand" : `a server set up by hand (skipped: ${noCluster})`;

/** Everything that the manifests and the program may make, in a namespace that others use as well. */
const KINDS =
  "statefulset,deployment,service,configmap,secret,poddisruptionbudget,persistentvolumeclaim,networkpolicy";

describe.skipIf(noCluster !== undefined)(title, () => {
  let kafkaNamespace: string;
  let workspace: Workspace;
  let before: string;

  const inDefault = (...words: readonly string[]) => kubectl("-n", "default", ...words);
  const there = () => inDefault("get", KINDS, "-o", "name");
  const psql = (database: string, sql: string) =>
    inDefault("exec", "postgres-wal-0", "--", "psql", "-XqAt", "-U", "admin", "-d", database, "-c", sql);

  beforeAll(async () => {
    before = await there();
    // The test would take what somebody has there for its own.
    expect(before).not.toMatch(/postgres-wal/);
    kafkaNamespace = await createNamespace("kafka");
    const service = (name: string, port: number) => `${name}.${kafkaNamespace}.svc:${port}`;
    workspace = await Workspace.create({
      CDC_PIPELINE_TARGET: "k8s",
      CDC_PIPELINE_K8S_NAMESPACE: "default",
      CDC_PIPELINE_CONNECT_URL: `http://${service("cdc-connect", 8083)}`,
      CDC_PIPELINE_KAFKA_BROKERS: service("cdc-kafka", 9092),
    });
    // Somebody else's Kafka and Kafka Connect, in a namespace of their own.
    const overlay = join(workspace.folder, "kustomization.yaml");
    await writeFile(overlay, JSON.stringify({ namespace: kafkaNamespace, resources: ["kafka"] }));
    await execa("cp", ["-r", packagePath("k8s/kafka"), workspace.folder]);
    await Promise.all([
      kubectl("apply", "-k", workspace.folder),
      inDefault("apply", "-k", packagePath("k8s")),
    ]);
    await inDefault("rollout", "status", "statefulset/postgres-wal", "--timeout=240s");
  });

  afterAll(async () => {
    await workspace.run("down", "--volumes", "--yes");
    expect(await there()).toBe(before);
    expect(await workspace.remove()).toEqual([]);
    await removeNamespaces(kafkaNamespace);
    expect(await kubectl("get", "pv", "-o", "jsonpath={.items[*].spec.claimRef.name}")).not.toContain(
      kafkaNamespace,
    );
  });

  it("answers the three checks of the documents before the program was ever run", async () => {
    const exec = ["exec", "-i", "postgres-wal-0", "--", "psql", "-U", "admin", "-d", "mydb", "-c"];
    const functions = await inDefault(...exec, "\\df setup_debezium*");
    expect(functions).toContain("setup_debezium_for_database");
    expect(functions).toContain("setup_debezium_schema_permissions");
    const rights =
      "SELECT rolname, rolcanlogin, rolreplication, rolsuper FROM pg_roles WHERE rolname = 'debezium_user'";
    expect(await inDefault(...exec, rights)).toMatch(/debezium_user \| t +\| t +\| f/);
    const login = await inDefault(
      ...["exec", "-i", "postgres-wal-0", "--", "env", "PGPASSWORD=debezium_pass"],
      ...["psql", "-h", "postgres-wal.default.svc.cluster.local", "-U", "debezium_user", "-d", "mydb"],
      ...["-c", "SELECT current_user"],
    );
    expect(login).toContain("debezium_user");
    expect(await psql("mydb", "SHOW wal_level")).toBe("logical");
  });

  it("is taken over by up as it is, with the Kafka Connect of somebody else reached through tunnels", async () => {
    await kubectl("rollout", "status", "-n", kafkaNamespace, "deployment/cdc-connect", "--timeout=240s");
    const { document } = await workspace.json("up", "mykart");
    expect(document.error).toBeUndefined();
    const deployed = document.stages.find(({ stage }) => stage === "deploy");
    expect(deployed?.steps.filter(({ status }) => status !== "unchanged")).toEqual([]);
    expect(document.databases).toMatchObject([{ name: "mykart", event: { op: "c" } }]);
    expect(document.endpoints.connect).toBe(`http://cdc-connect.${kafkaNamespace}.svc:8083`);
    const config = await kubectl(
      ...["exec", "-n", kafkaNamespace, "deployment/cdc-connect", "--", "curl", "-s"],
      "http://localhost:8083/connectors/mykart-connector/config",
    );
    expect(JSON.parse(config)).toMatchObject({
      "database.hostname": "postgres-wal.default.svc.cluster.local",
      "database.port": "5432",
    });
    expect((await workspace.json("verify", "mykart")).document).toMatchObject({ ok: true });
    const { document: status } = await workspace.json("status");
    expect(status).toMatchObject({
      servers: [{ state: "running" }, { state: "running" }, { state: "running" }],
    });
  });

  it("ends no capture with down --keep-postgres: Kafka Connect is somebody else's and reads on", async () => {
    const slots = "SELECT count(*) FROM pg_replication_slots";
    expect(await psql("mydb", slots)).toBe("1");
    const pod = () => inDefault("get", "pod", "postgres-wal-0", "-o", "jsonpath={.metadata.uid}");
    const uid = await pod();
    const { document, exitCode } = await workspace.json("down", "--keep-postgres");
    expect(exitCode, JSON.stringify(document.error)).toBe(0);
    expect(document).toMatchObject({ droppedSlots: [] });
    expect(await psql("mydb", slots)).toBe("1");
    expect(await pod()).toBe(uid);
    const status = await kubectl(
      ...["exec", "-n", kafkaNamespace, "deployment/cdc-connect", "--", "curl", "-s"],
      "http://localhost:8083/connectors/mykart-connector/status",
    );
    expect(JSON.parse(status)).toMatchObject({
      connector: { state: "RUNNING" },
      tasks: [{ state: "RUNNING" }],
    });
  });

  it("keeps the data with down, asks before --volumes, and then leaves the namespace as it was", async () => {
    expect((await workspace.run("down")).exitCode).toBe(0);
    expect(await inDefault("get", "pvc", "-o", "name")).toContain("data-postgres-wal-0");
    // There is no terminal to ask on.
    const { document } = await workspace.json("down", "--volumes");
    expect(document.error).toMatchObject({ code: "USAGE" });
    expect(document.error?.hint).toContain("down --volumes --yes");
    expect(await inDefault("get", "pvc", "-o", "name")).toContain("data-postgres-wal-0");
    expect((await workspace.run("down", "--volumes", "--yes")).exitCode).toBe(0);
    expect(await there()).toBe(before);
  });
});

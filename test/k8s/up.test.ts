import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { notYet, ready } from "../../src/wait/wait-until.js";
import { type JsonDocument, printed } from "../support/cli.js";
import { noCluster } from "../support/cluster.js";
import { OF_THE_RUN } from "../support/dump-database.js";
import {
  createNamespace,
  kubectl,
  kubectlApply,
  objectsIn,
  removeNamespaces,
  secretOf,
} from "../support/kube.js";
import { until } from "../support/until.js";
import { Workspace } from "../support/workspace.js";

const TOPIC = "debezium.mykart.public.products";
/** Everything that the target may make, but for what the cluster's own controllers write by themselves. */
const KINDS = "statefulset,deployment,service,configmap,secret,poddisruptionbudget,persistentvolumeclaim";

const title = noCluster === undefined ? "the target k8s" : `the target k8s (skipped: ${noCluster})`;

describe.skipIf(noCluster !== undefined)(title, () => {
  let namespace: string;
  let workspace: Workspace;
  let first: JsonDocument;
  /** What the namespace had before the first `up`. */
  let before: readonly string[];

  beforeAll(async () => {
    namespace = await createNamespace("up");
    workspace = await Workspace.create({
      CDC_PIPELINE_TARGET: "k8s",
      CDC_PIPELINE_K8S_NAMESPACE: namespace,
      CDC_PIPELINE_K8S_DATA_SIZE: "1Gi",
      CDC_PIPELINE_K8S_ARCHIVE_SIZE: "1Gi",
    });
    await kubectlApply({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "of-somebody-else", namespace },
    });
    before = await objectsIn(namespace);
    first = (await workspace.json("up", "mykart", "--with-kafka")).document;
  });

  afterAll(async () => {
    expect(await workspace.remove()).toEqual([]);
    await removeNamespaces(namespace);
  });

  const here = (...words: readonly string[]) => kubectl("-n", namespace, ...words);
  const psql = async (database: string, sql: string) =>
    (
      await here("exec", "postgres-wal-0", "--", "psql", "-XqAt", "-U", "admin", "-d", database, "-c", sql)
    ).trim();
  const consume = async (topic: string, ...options: string[]) => {
    const tool = ["/opt/kafka/bin/kafka-console-consumer.sh", "--bootstrap-server", "cdc-kafka:9092"];
    const rest = ["--topic", topic, "--from-beginning", "--timeout-ms", "6000", ...options];
    const { stdout } = await execa(
      "kubectl",
      ["-n", namespace, "exec", "cdc-kafka-0", "--", ...tool, ...rest],
      {
        reject: false,
      },
    );
    return stdout.split("\n").filter((line) => line.startsWith("{"));
  };
  const secret = (key: string) => secretOf(namespace, key);
  const connectors = () =>
    here(
      "exec",
      "deployment/cdc-connect",
      "--",
      "curl",
      "-s",
      "http://localhost:8083/connectors?expand=info",
    );
  const stepsOf = ({ stages }: JsonDocument) => stages.flatMap(({ steps }) => steps);
  const versions = () =>
    here(
      "get",
      // A write of whatever kind is another version, of the fields' owners and times as well.
      `${KINDS},networkpolicy,cronjob,controllerrevision,pod,role,rolebinding,serviceaccount`,
      "-o",
      "jsonpath={range .items[*]}{.kind}/{.metadata.name} {.metadata.resourceVersion}{'\\n'}{end}",
    );

  it("brings a database to a streamed event in a cluster", () => {
    expect(first).toMatchObject({
      ok: true,
      target: "k8s",
      databases: [{ name: "mykart", event: { op: "c" } }],
    });
  });

  it("has Kafka Connect reach PostgreSQL by its name in the cluster", async () => {
    const config = await here(
      ...["exec", "deployment/cdc-connect", "--", "curl", "-s"],
      "http://localhost:8083/connectors/mykart-connector/config",
    );
    expect(JSON.parse(config)).toMatchObject({
      "database.hostname": `postgres-wal.${namespace}.svc.cluster.local`,
      "database.port": "5432",
      "database.password": "${directory:/run/cdc-pipeline:debezium-password}",
    });
  });

  it("makes passwords of its own, which the Secret has, and says how an administrator gets theirs", async () => {
    const [admin, role] = [await secret("admin-password"), await secret("debezium-password")];
    for (const password of [admin, role]) expect(password).toMatch(/^[\w-]{32}$/);
    expect(admin).not.toBe(role);
    const { stdout } = await workspace.run("up", "mykart");
    const command = /password +(kubectl .*base64 -d)/.exec(stdout)?.[1] ?? "";
    expect((await execa(command, { shell: true })).stdout).toBe(admin);
    const all = printed.join("\n");
    for (const password of [admin, role]) expect(all).not.toContain(password);
  });

  it("brings what psql changes in the pod to a consumer of its own in the cluster", async () => {
    await psql("mykart", "UPDATE products SET price = 77.77 WHERE id = 1");
    const events = await until("an event of the update", async () => {
      const found = (await consume(TOPIC)).filter((line) => line.includes('"op":"u"'));
      return found.length > 0 ? ready(found) : notYet("none yet");
    });
    expect(JSON.parse(events[0] ?? "{}")).toMatchObject({ op: "u", after: { id: 1 } });
  });

  it("answers the three checks of the set-up by hand", async () => {
    const functions = await here(
      ...["exec", "postgres-wal-0", "--", "psql", "-U", "admin", "-d", "mydb", "-c", "\\df setup_debezium*"],
    );
    expect(functions).toContain("setup_debezium_for_database");
    expect(functions).toContain("setup_debezium_schema_permissions");
    const rights =
      "SELECT rolcanlogin, rolreplication, rolsuper FROM pg_roles WHERE rolname = 'debezium_user'";
    expect(await psql("mydb", rights)).toBe("t|t|f");
    const access = await here(
      ...["exec", "postgres-wal-0", "--", "env", `PGPASSWORD=${await secret("debezium-password")}`],
      ...["psql", "-XAt", "-h", "127.0.0.1", "-U", "debezium_user", "-d", "mykart"],
      ...["-c", "SELECT count(*) FROM products"],
    );
    expect(access.trim()).toBe("1008");
  });

  it("writes nothing in a second up", async () => {
    const before = await versions();
    const startedMs = performance.now();
    const { document } = await workspace.json("up", "mykart");
    expect(document.ok).toBe(true);
    // Two to three times what it takes where nothing else runs.
    expect(performance.now() - startedMs).toBeLessThan(10_000);
    const changed = stepsOf(document).filter(({ status }) => !["unchanged", "proved"].includes(status));
    expect(changed).toEqual([]);
    expect(await versions()).toBe(before);
  });

  it("takes a second database without a change to the first", async () => {
    const connector = () =>
      here(
        "exec",
        "deployment/cdc-connect",
        "--",
        "curl",
        "-s",
        "http://localhost:8083/connectors/mykart-connector",
      );
    const before = await connector();
    const { document } = await workspace.json("up", "second");
    expect(document.databases).toMatchObject([{ slot: "debezium_second_slot", event: { op: "c" } }]);
    expect(await connector()).toBe(before);
    const slots =
      "SELECT string_agg(slot_name, ' ' ORDER BY slot_name) FROM pg_replication_slots WHERE active";
    expect(await psql("mydb", slots)).toBe("debezium_mykart_slot debezium_second_slot");
  });

  it("forgets a database: all is as it was before the database was captured", async () => {
    const state = async () => {
      const dump = await here("exec", "postgres-wal-0", "--", "pg_dumpall", "-U", "admin");
      const tool = ["/opt/kafka/bin/kafka-topics.sh", "--bootstrap-server", "cdc-kafka:9092", "--list"];
      return {
        dump: dump.split("\n").filter((line) => !OF_THE_RUN.test(line)),
        topics: await here("exec", "cdc-kafka-0", "--", ...tool),
        connectors: await connectors(),
        slots: await psql("mydb", "SELECT slot_name FROM pg_replication_slots ORDER BY 1"),
      };
    };
    await psql("mydb", "CREATE DATABASE passing");
    const uncaptured = await state();
    expect((await workspace.json("up", "passing")).document.ok).toBe(true);
    expect(await state()).not.toEqual(uncaptured);
    const { document, stderr } = await workspace.json("forget", "passing", "--topics", "--yes");
    expect(document.ok, stderr).toBe(true);
    expect(await state()).toEqual(uncaptured);
  });

  it("gives Debezium's role another password while it streams, and keeps it in the Secret", async () => {
    const [old, config] = [await secret("debezium-password"), await connectors()];
    const { document, stderr } = await workspace.json("rotate-password");
    expect(document.ok, stderr).toBe(true);
    expect(document).toMatchObject({ rotation: { kept: "updated", oldPassword: "refused" } });
    const renewed = await secret("debezium-password");
    expect(renewed).not.toBe(old);
    expect(printed.join("\n")).not.toContain(renewed);
    expect(await connectors()).toBe(config);
    const again = (await workspace.json("up", "mykart")).document;
    expect(stepsOf(again).filter(({ status }) => !["unchanged", "proved"].includes(status))).toEqual([]);
  });

  it("answers status, logs and verify like any other target", async () => {
    expect((await workspace.json("status")).document).toMatchObject({
      servers: [{ state: "running" }, { state: "running" }, { state: "running" }],
    });
    expect((await workspace.run("logs", "postgres", "-n", "5")).stdout).not.toBe("");
    expect((await workspace.json("verify", "mykart")).document.ok).toBe(true);
  });

  it("shows in its plan what somebody changed, and up puts it back", async () => {
    const patch = JSON.stringify({ spec: { minAvailable: 0 } });
    await here("patch", "pdb", "postgres-wal", "--type", "merge", "-p", patch);
    const { stdout } = await workspace.run("deploy", "--dry-run");
    expect(stdout).toContain("minAvailable");
    expect((await workspace.json("deploy")).document.ok).toBe(true);
    expect(await here("get", "pdb", "postgres-wal", "-o", "jsonpath={.spec.minAvailable}")).toBe("1");
  });

  it("loses nothing when the pod is deleted in the middle of writes", async () => {
    await psql("mykart", "CREATE TABLE writes (id int PRIMARY KEY)");
    const acknowledged: number[] = [];
    let isDone = false;
    const hasWritten = (count: number) =>
      Promise.resolve(acknowledged.length > count ? ready(undefined) : notYet(`${acknowledged.length} rows`));
    const writer = (async () => {
      for (let id = 1; !isDone; id += 1) {
        // One whose answer was cut off may be there or not: it is sent until it is acknowledged.
        for (let isAcknowledged = false; !isAcknowledged;) {
          isAcknowledged = await psql(
            "mykart",
            `INSERT INTO writes VALUES (${id}) ON CONFLICT DO NOTHING`,
          ).then(
            () => true,
            () => false,
          );
        }
        acknowledged.push(id);
      }
    })();
    await until("the first rows", () => hasWritten(3));
    await here("delete", "pod", "postgres-wal-0", "--wait=true", "--timeout=60s");
    const atReturn = acknowledged.length;
    await until("rows after the pod is back", () => hasWritten(atReturn + 3), 120_000);
    isDone = true;
    await writer;
    const rows = await psql("mykart", "SELECT id FROM writes ORDER BY id");
    expect(rows.split("\n").map(Number)).toEqual(acknowledged);
    // The connector comes back by itself: no `up` helps it.
    await until(
      "every acknowledged row in Kafka",
      async () => {
        const events = await consume("debezium.mykart.public.writes");
        const ids = new Set(events.map((line) => (JSON.parse(line) as { after: { id: number } }).after.id));
        const missing = acknowledged.filter((id) => !ids.has(id));
        return missing.length === 0 && ids.size === acknowledged.length
          ? ready(undefined)
          : notYet(`${missing.length} of ${acknowledged.length} are missing`);
      },
      120_000,
    );
  });

  it("keeps the volumes through a deleted StatefulSet and down; up again goes on where it was", async () => {
    await here("delete", "statefulset", "postgres-wal");
    const { exitCode, stderr } = await workspace.run("down");
    expect(stderr).not.toContain("✘");
    expect(exitCode).toBe(0);
    expect(await here("get", "pvc", "-o", "name")).toContain("data-postgres-wal-0");
    expect(await here("get", "statefulset,deployment,service", "-o", "name")).toBe("");
    const { document } = await workspace.json("up", "mykart", "--with-kafka");
    expect(document).toMatchObject({ ok: true, databases: [{ event: { op: "c" } }] });
    expect(await psql("mykart", "SELECT price FROM products WHERE id = 1")).toBe("77.77");
  });

  it("removes all of its own with down --volumes, and nothing else", async () => {
    expect((await workspace.run("down", "--volumes")).exitCode).toBe(2);
    expect((await workspace.run("down", "--volumes", "--yes")).exitCode).toBe(0);
    // What the cluster's own controllers have made goes a little later.
    await expect.poll(() => objectsIn(namespace), { timeout: 60_000 }).toEqual(before);
  });
});

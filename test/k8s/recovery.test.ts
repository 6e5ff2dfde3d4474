import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";

import { execa } from "execa";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";

import { packagePath } from "../../src/package-root.js";
import { notYet, ready } from "../../src/wait/wait-until.js";
import { noCluster } from "../support/cluster.js";
import { K8sRecovery } from "../support/k8s-recovery.js";
import { createNamespace, removeNamespaces } from "../support/kube.js";
import { until } from "../support/until.js";

const title = noCluster === undefined ? "recovery on k8s" : `recovery on k8s (skipped: ${noCluster})`;

describe.skipIf(noCluster !== undefined)(title, () => {
  let server: K8sRecovery;
  let before: string[];

  beforeAll(async () => {
    server = await K8sRecovery.deploy();
    before = await server.names();
  });

  /** No pod, claim, lease or object of a restore stays. */
  afterEach(async () => {
    expect(await server.names()).toEqual(before);
  });

  afterAll(async () => {
    expect(await server.remove()).toEqual([]);
  });

  it("refuses a restore while there is no backup", async () => {
    const { error } = await server.restore("--to", "latest");
    expect(error).toMatchObject({ code: "BACKUP_MISSING" });
  });

  it("takes a base backup and lists it with its size and WAL", async () => {
    const { backup } = await server.backup();
    const { backups } = await server.backup("list");
    expect(backups).toEqual([backup]);
    expect(backup.sizeBytes).toBeGreaterThan(1_000_000);
    expect(backup.startLsn).toMatch(/^0\/\d/);
    const crashes = (await server.kubectl("logs", "postgres-wal-0")).match(/was terminated by signal/g);
    expect(crashes).toBeNull();
  });

  it("restores to between the second and the third second into a StatefulSet of its own", async () => {
    const between = await server.writeThree();
    const versions = await server.versions();
    const { exitCode, stdout, stderr } = await server.workspace.run(
      ...["restore", "--to", between, "--into", "restored"],
    );
    expect(exitCode, stderr).toBe(0);
    expect(await server.notes("restored-0")).toBe("1 2");
    expect(await server.psql("SELECT pg_is_in_recovery()", "restored-0")).toBe("f");
    // The server that it came from has seen nothing of it.
    expect(await server.notes()).toBe("1 2 3");
    const now = (await server.versions()).split("\n");
    expect(now.filter((line) => !/[/-]restored\b/.test(line)).join("\n")).toBe(versions);
    const selected = await server.kubectl(
      ...["get", "endpoints", "postgres-wal", "-o", "jsonpath={.subsets[*].addresses[*].targetRef.name}"],
    );
    expect(selected).toBe("postgres-wal-0");
    // It archives for itself.
    await server.psql("SELECT pg_switch_wal()", "restored-0");
    await until("its own WAL in its own archive", async () => {
      const archived = await server.psql("SELECT archived_count FROM pg_stat_archiver", "restored-0");
      return Number(archived) > 1 ? ready(undefined) : notYet(archived);
    });
    // The name is taken now.
    const again = await server.restore("--to", between, "--into", "restored");
    expect(again.error).toMatchObject({ code: "KUBERNETES_NOT_OURS" });
    const [line = ""] = /kubectl .* delete .*$/m.exec(stdout) ?? [];
    await server.runPrinted(line);
  });

  it("restores to the same moment in place, and a second deploy changes nothing", async () => {
    const between = await server.writeThree();
    const { restored, error } = await server.restore("--to", between, "--in-place", "--yes");
    expect(error).toBeUndefined();
    expect(restored.instance).toBe("postgres-wal");
    expect(await server.notes()).toBe("1 2");
    expect(await server.shell("ls /var/lib/postgresql/data")).toMatch(/^pgdata\npgdata\.before-\w+$/);
    const versions = await server.versions();
    const { document } = await server.workspace.json("deploy", "--dry-run");
    expect(JSON.stringify(document)).not.toMatch(/"status":"(created|updated|started)"/);
    await server.workspace.run("deploy");
    expect(await server.versions()).toBe(versions);
    await server.shell("rm -r /var/lib/postgresql/data/pgdata.before-*");
  });

  it("restores the last change that a killed server had not archived", async () => {
    await server.backup();
    await server.psql("ALTER SYSTEM SET archive_command = 'false'");
    await server.psql("SELECT pg_reload_conf()");
    await server.psql("INSERT INTO notes VALUES ('not archived')");
    await server.kubectl("delete", "pod", "postgres-wal-0", "--grace-period=0", "--force");
    const { error } = await server.restore("--to", "latest", "--in-place", "--yes");
    expect(error).toBeUndefined();
    expect(await server.notes()).toBe("1 2 not archived");
    // The backup was taken before the setting.
    expect(await server.psql("SHOW archive_command")).toContain("archive-wal");
    await server.shell("rm -r /var/lib/postgresql/data/pgdata.before-*");
  });

  it("puts the server from before back where the backup is damaged", async () => {
    const { backup } = await server.backup();
    const file = `/wal-archive/backups/${backup.id}/base.tar.gz`;
    await server.shell(`cp ${file} /tmp/whole && truncate -s 200000 ${file}`);
    await server.psql("INSERT INTO notes VALUES ('later')");
    const { error } = await server.restore("--to", "latest", "--in-place", "--yes");
    expect(error).toMatchObject({ code: "RESTORE_FAILED" });
    expect(error?.message).toContain("gzip: stdin: unexpected end of file");
    expect(await server.notes()).toContain("later");
    expect(await server.shell("ls /var/lib/postgresql/data")).toBe("pgdata");
    const into = await server.restore("--to", "latest", "--into", "damaged");
    expect(into.error).toMatchObject({ code: "RESTORE_FAILED" });
    const { exitCode } = await server.workspace.run("backup", "prune", "--keep", "1");
    expect(exitCode).toBe(0);
    await server.shell(`rm -r /wal-archive/backups/${backup.id}`);
    await server.backup();
  });

  it("goes on after a restore that was interrupted, and after one that was killed", async () => {
    await server.writeThree();
    const isStopped = async () =>
      (await server.names()).includes("pod/postgres-wal-0")
        ? notYet("the server is still there")
        : ready(undefined);
    const words = ["restore", "--to", "latest", "--in-place", "--yes"];
    const interrupted = server.workspace.start(...words);
    await until("its server to be stopped", isStopped);
    interrupted.kill("SIGINT");
    expect((await interrupted).exitCode).toBe(130);
    expect(await server.notes()).toBe("1 2 3");
    expect(await server.names()).toEqual(before);

    const killed = server.workspace.start(...words);
    await until("its server to be stopped", isStopped);
    killed.kill("SIGKILL");
    await killed;
    // Also without the server.
    const { backups } = await server.backup("list");
    expect(backups.length).toBeGreaterThan(0);
    const { stderr, exitCode } = await server.workspace.run(...words);
    expect(stderr).toContain("was not finished");
    expect(exitCode, stderr).toBe(0);
    expect(await server.notes()).toBe("1 2 3");
    await server.shell("rm -r /var/lib/postgresql/data/pgdata.before-*");
  });

  it("takes backups by schedule, which can be restored like others, and keeps as many as it is told", async () => {
    const scheduled = server.workspace.with({
      CDC_PIPELINE_K8S_BACKUP_SCHEDULE: "15 2 * * *",
      CDC_PIPELINE_K8S_BACKUP_KEEP: "1",
    });
    expect((await scheduled.run("deploy", "--dry-run")).stdout).toContain("CronJob postgres-wal-backup");
    expect((await scheduled.run("deploy")).exitCode).toBe(0);
    await server.kubectl("create", "job", "--from=cronjob/postgres-wal-backup", "now");
    const log = await until(
      "the end of the job",
      async () => {
        const status = await server.kubectl("get", "job", "now", "-o", "jsonpath={.status}");
        const said = await server.kubectl("logs", "job/now").catch(() => "");
        return status.includes("completionTime") ? ready(said) : notYet(`${status} ${said}`);
      },
      90_000,
    );
    const [, id] = /backup (\S+) is made/.exec(log) ?? [];
    const { backups } = await server.backup("list");
    expect(backups.map((one) => one.id)).toEqual([id]);
    await server.psql("INSERT INTO notes VALUES ('after the job')");
    const { error } = await server.restore("--to", "latest", "--into", "scheduled");
    expect(error).toBeUndefined();
    expect(await server.notes("scheduled-0")).toContain("after the job");
    await server.kubectl(
      ...["delete", "statefulset,service,configmap,secret,pvc", "-l", "app.kubernetes.io/name=scheduled"],
    );
    const { stdout } = await scheduled.run("down", "--dry-run");
    expect(stdout).toContain("CronJob postgres-wal-backup");
    // With its jobs and their pods.
    await server.kubectl("delete", "cronjob", "postgres-wal-backup", "--cascade=foreground");
    await server.kubectl("delete", "configmap", "postgres-wal-backup-scripts");
  });

  it("has the component of scheduled backups taken by the API server", async () => {
    const folder = await mkdtemp(packagePath("k8s/.try-"));
    const namespace = await createNamespace("component");
    try {
      const path = (name: string) => relative(folder, packagePath(join("k8s", name)));
      const kustomization = {
        resources: [path("postgres")],
        components: [path("components/scheduled-backups")],
        namespace,
      };
      await writeFile(join(folder, "kustomization.yaml"), JSON.stringify(kustomization));
      const { stdout: rendered } = await execa("kubectl", ["kustomize", folder]);
      const words = ["apply", "--server-side", "--force-conflicts", "--dry-run=server", "-o", "name"];
      const { stdout } = await execa("kubectl", [...words, "-f", "-"], { input: rendered });
      expect(stdout).toContain("cronjob.batch/postgres-wal-backup");
    } finally {
      await rm(folder, { recursive: true });
      await removeNamespaces(namespace);
    }
  });

  it("refuses what it cannot restore into, and says what to do", async () => {
    const name = await server.restore("--to", "latest", "--into", "Not_a_name");
    expect(name.error).toMatchObject({ code: "USAGE" });
    const own = await server.restore("--to", "latest", "--into", "postgres-wal");
    expect(own.error).toMatchObject({ code: "USAGE" });
    const early = await server.restore("--to", "2020-01-01 00:00:00+00", "--in-place", "--yes");
    expect(early.error).toMatchObject({ code: "RESTORE_OUT_OF_REACH" });
    const empty = await createNamespace("empty");
    const elsewhere = server.workspace.with({ CDC_PIPELINE_K8S_NAMESPACE: empty });
    const { document } = await elsewhere.json("restore", "--to", "latest");
    expect(document.error).toMatchObject({ code: "NOT_DEPLOYED" });
    expect(document.error?.message).toContain("wal-archive-postgres-wal-0");
    await removeNamespaces(empty);
    const missing = server.workspace.with({ CDC_PIPELINE_K8S_NAMESPACE: "no-such-namespace-here" });
    expect((await missing.json("backup", "list")).document.error).toMatchObject({ code: "NOT_DEPLOYED" });
  });

  it("restores from the volumes alone after down", async () => {
    await server.psql("INSERT INTO notes VALUES ('before down')");
    expect((await server.workspace.run("down")).exitCode).toBe(0);
    const inPlace = await server.restore("--to", "latest", "--in-place", "--yes");
    expect(inPlace.error).toMatchObject({ code: "NOT_DEPLOYED" });
    const { error } = await server.restore("--to", "latest", "--into", "alone");
    expect(error).toBeUndefined();
    expect(await server.notes("alone-0")).toContain("before down");
    await server.kubectl(
      ...["delete", "statefulset,service,configmap,secret,pvc", "-l", "app.kubernetes.io/name=alone"],
    );
    expect((await server.workspace.run("deploy")).exitCode).toBe(0);
  });
});

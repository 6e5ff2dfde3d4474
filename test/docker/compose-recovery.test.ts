import { rm } from "node:fs/promises";

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";

import type { Backup } from "../../src/recovery/backups.js";
import { planPrune } from "../../src/recovery/plan-prune.js";
import { createComposeTarget } from "../../src/targets/compose/compose.js";
import { notYet, ready } from "../../src/wait/wait-until.js";
import { catchCdcError } from "../support/catch-cdc-error.js";
import { docker, whatIsLeftOf } from "../support/compose-project.js";
import { ComposeRecoveryProject } from "../support/compose-recovery.js";
import { noCompose } from "../support/docker.js";
import { createStageRecorder } from "../support/stage.js";
import { until } from "../support/until.js";
import { Workspace } from "../support/workspace.js";

const title =
  noCompose === undefined
    ? "recovery on the target compose"
    : `recovery on the target compose (skipped: ${noCompose})`;

describe.skipIf(noCompose !== undefined)(title, () => {
  let project: ComposeRecoveryProject;
  /** Instances that tests have restored into. */
  const restored: ComposeRecoveryProject[] = [];
  /** Names of instances that came to nothing. */
  const failed: string[] = [];

  beforeAll(async () => {
    project = await ComposeRecoveryProject.start();
  });
  beforeEach(() => {
    project.recorder = createStageRecorder();
  });
  afterEach(async () => {
    for (const one of restored.splice(0)) {
      await one.remove();
      failed.push(one.name);
    }
    for (const name of failed.splice(0)) expect(await whatIsLeftOf(name)).toEqual([]);
    expect(await project.folders()).not.toContain("pgdata.new");
    expect((await project.backupFolders()).filter((name) => name.endsWith(".new"))).toEqual([]);
  });
  afterAll(async () => {
    const log = await docker("logs", await project.container());
    await project.remove();
    expect(await whatIsLeftOf(project.name)).toEqual([]);
    // A process that a backup leaves behind is one of PostgreSQL's own then, and its end a crash.
    expect(log).not.toContain("terminated by signal");
  });

  async function restoreInto(name: string, to: string): Promise<ComposeRecoveryProject> {
    const { postgres, instance } = await project.restore(to, { kind: "new", into: name });
    const one = await ComposeRecoveryProject.at(instance, postgres.port);
    restored.push(one);
    return one;
  }

  const newName = (word: string) => `${project.name}-${word}`;

  it("without a backup refuses, and says how to take one", async () => {
    const refused = await catchCdcError(project.restore("latest"));
    expect(refused.code).toBe("BACKUP_MISSING");
    expect(await project.backupFolders()).toEqual([]);
  });

  it("restores exactly what was committed until then, into an instance of its own", async () => {
    await project.note("0 s");
    const backup = await project.backup();
    expect(await project.backupFolders()).toEqual([backup.id]);
    await project.note("1 s");
    const { time } = await project.note("2 s");
    await project.note("3 s");
    const one = await restoreInto(newName("restored"), time);
    expect(await one.notes()).toEqual(["0 s", "1 s", "2 s"]);
    expect(await project.notes()).toEqual(["0 s", "1 s", "2 s", "3 s"]);
    expect(one.endpoint.port).not.toBe(project.endpoint.port);
    // It is a server like any other: with an archive of its own.
    expect(await one.folders()).toEqual(["pgdata"]);
    expect(await one.backupFolders()).toEqual([]);
    await one.note("4 s");
    await one.backup();
    const refused = await catchCdcError(project.restore(time, { kind: "new", into: one.name }));
    expect(refused.code).toBe("USAGE");
    expect(refused.message).toContain(`container ${one.name}-postgres-1`);
    expect(await one.notes()).toEqual(["0 s", "1 s", "2 s", "4 s"]);
  });

  it("restores exactly what was committed until then in place, and keeps the data from before", async () => {
    await project.query("TRUNCATE notes");
    await project.note("1 s");
    const { time } = await project.note("2 s");
    await project.note("3 s");
    const container = await project.container();
    const { reached, keptAside, next } = await project.restore(time);
    expect(reached.timeline).toBe(2);
    expect(await project.notes()).toEqual(["1 s", "2 s"]);
    expect(keptAside).toMatch(`${project.volume}:/var/lib/postgresql/data/pgdata.before-`);
    // Compose knows the container as its own, and has nothing to do.
    await project.up();
    expect(await project.container()).toBe(container);
    const plan = await createComposeTarget(project.config).planUp(project.recorder.context);
    expect(plan.find(({ server }) => server === "postgres")?.status).toBe("unchanged");
    const command = /docker exec (.+)$/.exec(next[0] ?? "")?.[1] ?? "";
    await docker("exec", ...command.split(" "));
    expect(await project.folders()).toEqual(["pgdata"]);
  });

  it("brings back what a killed server had not archived", async () => {
    await project.backup();
    await project.note("4 s");
    await docker("kill", await project.container());
    const recovery = await project.recovery();
    expect(await recovery.findPostgres(project.recorder.context)).toBeUndefined();
    await project.restore("latest");
    expect(await project.notes()).toEqual(["1 s", "2 s", "4 s"]);
  });

  it("brings back all that is archived where the containers are gone", async () => {
    await project.note("5 s");
    await project.compose("down");
    await project.restore("latest");
    expect(await project.notes()).toEqual(["1 s", "2 s", "4 s", "5 s"]);
  });

  it("leaves the server as it was where recovery ends too early", async () => {
    const { time } = await project.note("6 s");
    await project.compose("stop", "postgres");
    const refused = await catchCdcError(project.restore(time));
    expect(refused.code).toBe("RESTORE_FAILED");
    expect(refused.message).toContain("recovery ended before configured recovery target was reached");
    await project.up();
    expect(await project.notes()).toContain("6 s");
  });

  it("that fails in place has the server from before go on; into a new instance it leaves nothing", async () => {
    const { id } = await project.backup();
    const file = `/wal-archive/backups/${id}/base.tar.gz`;
    await project.inContainer(`mv ${file} ${file}.whole && head -c 100000 ${file}.whole > ${file}`);
    const container = await project.container();
    const inPlace = await catchCdcError(project.restore("latest"));
    expect(inPlace.code).toBe("RESTORE_FAILED");
    expect(inPlace.message).toContain("the backup could not be extracted");
    expect(await project.notes()).toContain("6 s");
    expect(await project.container()).toBe(container);
    failed.push(newName("broken"));
    const beside = await catchCdcError(project.restore("latest", { kind: "new", into: newName("broken") }));
    expect(beside.code).toBe("RESTORE_FAILED");
    await project.inContainer(`mv ${file}.whole ${file}`);
  });

  it("refuses what cannot be the name of a project", async () => {
    const recovery = await project.recovery();
    expect(() => recovery.nameInstance("../Elsewhere", "/")).toThrow(
      "cannot be the name of a compose project",
    );
    expect(recovery.nameInstance(undefined, "/")).toMatch(new RegExp(`^${project.name}-restored-\\d{14}$`));
  });

  it("a backup that is interrupted is taken away, and the next one works", async () => {
    const before = await project.backupFolders();
    const backup = expect(project.backup()).rejects.toThrow();
    await until("the draft of the backup", async () => {
      const names = await project.backupFolders();
      return names.some((name) => name.endsWith(".new")) ? ready(undefined) : notYet(names.join());
    });
    project.recorder.abort();
    await backup;
    await expect.poll(() => project.backupFolders(), { timeout: 10_000 }).toEqual(before);
    project.recorder = createStageRecorder();
    await project.backup();
  });

  it("a backup waits for another run on the archive, and says so", async () => {
    const lock = "exec 9</wal-archive; flock -x 9; touch /tmp/locked; sleep 3";
    const holder = project.inContainer(lock);
    await until("the lock", async () =>
      (await project.inContainer("ls /tmp")).includes("locked") ? ready(undefined) : notYet("not locked"),
    );
    await project.backup();
    await holder;
    const messages = project.recorder.events.flatMap((event) =>
      event.type === "step-update" ? [event.message] : [],
    );
    expect(messages).toContain("waiting for another run that works on the archive");
  });

  it("old backups go with the WAL that only they needed", async () => {
    const recovery = await project.recovery();
    const { context } = project.recorder;
    const last: Backup = await project.backup();
    const plan = planPrune(await recovery.readArchive(context), { keep: 1 }, Date.now());
    await recovery.prune(plan, context);
    expect(await project.backupFolders()).toEqual([last.id]);
    const { wal, backups } = await recovery.readArchive(context);
    expect(backups).toMatchObject([{ id: last.id, postgresMajor: 15 }]);
    expect(wal.map(({ name }) => name)).toContain(last.firstSegment);
    for (const name of plan.wal) expect(wal.map((file) => file.name)).not.toContain(name);
  });

  describe("on the command line", () => {
    let workspace: Workspace;
    afterAll(async () => {
      // Without its `down`: the project is still used.
      await rm(workspace.folder, { recursive: true });
    });
    beforeAll(async () => {
      workspace = await Workspace.create({
        CDC_PIPELINE_TARGET: "compose",
        CDC_PIPELINE_COMPOSE_PROJECT: project.name,
        CDC_PIPELINE_COMPOSE_POSTGRES_PORT: String(project.endpoint.port),
      });
    });

    it("a backup is listed, and restored into an instance with a name that is told", async () => {
      const backup = await workspace.run("backup");
      expect(backup.stderr + backup.stdout).toContain(`is in the volume ${project.name}_wal-archive`);
      expect((await workspace.run("backup", "list")).stdout).toContain("can be restored");
      const { stdout, exitCode } = await workspace.run("restore", "--to", "latest");
      expect(exitCode).toBe(0);
      const [, name = "", port = ""] =
        /CDC_PIPELINE_COMPOSE_PROJECT=(\S+) CDC_PIPELINE_COMPOSE_POSTGRES_PORT=(\d+)/.exec(stdout) ?? [];
      const one = await ComposeRecoveryProject.at(name, Number(port));
      restored.push(one);
      expect(await one.notes()).toEqual(await project.notes());
      const own = { CDC_PIPELINE_COMPOSE_PROJECT: name, CDC_PIPELINE_COMPOSE_POSTGRES_PORT: port };
      expect((await workspace.with(own).run("status")).stdout).toMatch(/postgres +running/);
      expect((await workspace.with(own).run("down", "--volumes", "--yes")).exitCode).toBe(0);
      expect(await whatIsLeftOf(name)).toEqual([]);
    });

    it("a backup that is killed leaves nothing running, and nothing half-made", async () => {
      const before = await project.backupFolders();
      const run = workspace.start("backup");
      await until("the draft of the backup", async () => {
        const names = await project.backupFolders();
        return names.some((name) => name.endsWith(".new")) ? ready(undefined) : notYet(names.join());
      });
      run.kill("SIGKILL");
      await run;
      await expect.poll(() => project.backupFolders(), { timeout: 10_000 }).toEqual(before);
    });

    it("a restore that is killed leaves nothing running, and the next one begins anew", async () => {
      const name = newName("killed");
      const run = workspace.start("restore", "--to", "latest", "--into", name);
      await draftOf(name);
      run.kill("SIGKILL");
      await run;
      await expect
        .poll(() => whatIsLeftOf(name), { timeout: 20_000 })
        .not.toContainEqual(expect.stringMatching(/^container .*-restore-/));
      const one = await restoreInto(name, "latest");
      expect(await one.notes()).toEqual(await project.notes());
    });

    it("a restore in place that is interrupted has the server from before go on", async () => {
      const container = await project.container();
      const run = workspace.start("restore", "--to", "latest", "--in-place", "--yes");
      await draftOf(project.name);
      run.kill("SIGINT");
      const { exitCode } = await run;
      expect(exitCode).toBe(130);
      expect(await project.notes()).toContain("6 s");
      expect(await project.container()).toBe(container);
    });

    it("a restore in place that is killed leaves the data as it was, for the next start", async () => {
      const run = workspace.start("restore", "--to", "latest", "--in-place", "--yes");
      await draftOf(project.name);
      run.kill("SIGKILL");
      await run;
      await expect.poll(() => draftsOf(project.name), { timeout: 20_000 }).toEqual("");
      await project.up();
      expect(await project.notes()).toContain("6 s");
      await project.restore("latest");
      expect(await project.notes()).toContain("6 s");
    });

    const draftsOf = (name: string) =>
      docker("ps", "--all", "--filter", `name=${name}-restore-`, "--format", "{{.Names}}");
    const draftOf = (name: string) =>
      until("the draft's container", async () =>
        (await draftsOf(name)) === "" ? notYet("none") : ready(undefined),
      );
  });

  // The last one: the archiver takes a rest of a minute afterwards.
  it("a backup fails with the archiver's last failure where WAL cannot be archived, and nothing of it stays", async () => {
    const before = await project.backupFolders();
    const [current] = await project.query<{ file: string }>(
      "SELECT pg_walfile_name(pg_current_wal_lsn()) AS file",
    );
    const prefix = current?.file.slice(0, 16) ?? "";
    const number = parseInt(current?.file.slice(16) ?? "", 16);
    // Another server's files by the same names: the archive refuses to replace them.
    const names = [0, 1, 2, 3].map(
      (step) => prefix + (number + step).toString(16).toUpperCase().padStart(8, "0"),
    );
    await project.inContainer(`cd /wal-archive/wal; for name in ${names.join(" ")}; do echo x > $name; done`);
    const refused = await catchCdcError(project.backup());
    await project.inContainer(`cd /wal-archive/wal; rm ${names.join(" ")}`);
    expect(refused.code).toBe("WAL_NOT_ARCHIVED");
    expect(refused.message).toContain("failed");
    await expect.poll(() => project.backupFolders(), { timeout: 10_000 }).toEqual(before);
  });
});

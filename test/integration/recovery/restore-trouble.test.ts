import { existsSync, readdirSync } from "node:fs";
import { chown, cp, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { join } from "node:path";

import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";

import { readBackups } from "../../../src/recovery/backups.js";
import { planPrune } from "../../../src/recovery/plan-prune.js";
import { planRestore } from "../../../src/recovery/plan-restore.js";
import { asideOf, draftOf } from "../../../src/targets/local/recovery/draft.js";
import { readState } from "../../../src/targets/local/state.js";
import { catchCdcError } from "../../support/catch-cdc-error.js";
import { makeSandbox, removeSandbox } from "../../support/leaks.js";
import { RecoveryProject } from "../../support/recovery-project.js";
import { createStageRecorder } from "../../support/stage.js";

let folder: string;
let project: RecoveryProject;
const others: RecoveryProject[] = [];

beforeAll(async () => {
  folder = await makeSandbox();
  project = await RecoveryProject.start(join(folder, "state"));
  await project.note("1");
  await project.backup();
});
afterEach(() => {
  project.recorder = createStageRecorder();
});
afterAll(async () => {
  for (const one of [project, ...others]) await one.stop();
  await removeSandbox(folder);
});

const backupsFolder = (): string => join(project.archive, "backups");
const postgresFolder = (): string => join(project.layout.serversDir, "postgres");
const dataFolder = (): string => join(postgresFolder(), "data");
const readFacts = () => project.recovery.readArchive(project.recorder.context);
const postgresOf = (one: RecoveryProject) => readState(one.layout.stateFile)?.servers.postgres;

function listen(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}

describe("a backup that does not fit", () => {
  it("is refused where it is of another major version, with both", async () => {
    const [id = ""] = readdirSync(backupsFolder());
    const file = join(backupsFolder(), id, "data", "PG_VERSION");
    await writeFile(file, "14\n");
    const failed = await catchCdcError(project.restore("latest"));
    await writeFile(file, "15\n");
    expect(failed.code).toBe("BACKUP_UNUSABLE");
    expect(failed.message).toContain("is of PostgreSQL 14, and this is PostgreSQL 15");
  });

  it("is not even taken where a tablespace lies elsewhere; the tables are to be moved", async () => {
    const place = join(folder, "elsewhere");
    await mkdir(place, { mode: 0o700 });
    const { user } = project.layout;
    if (user !== undefined) await chown(place, user.uid, user.gid);
    await project.query(`CREATE TABLESPACE far LOCATION '${place}'`);
    const failed = await catchCdcError(project.backup());
    await project.query("DROP TABLESPACE far");
    await rm(place, { recursive: true });
    expect(failed.code).toBe("BACKUP_FAILED");
    expect(failed.message).toContain("the tablespaces far lie outside of the data directory");
    expect(failed.hint).toContain("SET TABLESPACE pg_default");
    expect(readdirSync(backupsFolder())).toHaveLength(1);
    // What is replayed from here on does not make it again.
    await project.backup();
  });

  it("because it went meanwhile is told, and the server from before goes on", async () => {
    await project.note("2");
    await project.archiveWal();
    const backup = await project.backup();
    const plan = planRestore(await readFacts(), { target: { kind: "latest" }, postgresMajor: 15 });
    expect(plan.backup.id).toBe(backup.id);
    await rm(join(backupsFolder(), backup.id), { recursive: true });
    const failed = await catchCdcError(
      project.recorder.run("restore", (stage, context) =>
        project.recovery.restore(plan, { kind: "in-place" }, stage, context),
      ),
    );
    expect(failed.code).toBe("RESTORE_FAILED");
    expect(failed.message).toContain(backup.id);
    expect(await project.notes()).toEqual(["1", "2"]);
    expect(existsSync(draftOf(project.layout))).toBe(false);
  });
});

describe("a port that is taken", () => {
  it("is no obstacle: the restored server gets the next free one, in place and beside it", async () => {
    await project.stop();
    const squatter = await listen(project.port);
    try {
      const { postgres } = await project.restore("latest");
      expect(postgres.port).not.toBe((squatter.address() as { port: number }).port);
      expect(await project.notes()).toEqual(["1", "2"]);
      const into = join(folder, "beside");
      const beside = await project.restore("latest", { kind: "new", into });
      others.push(await RecoveryProject.at(into));
      expect(beside.postgres.port).not.toBe(postgres.port);
      expect(await others[0]?.notes()).toEqual(["1", "2"]);
    } finally {
      await new Promise((resolve) => squatter.close(resolve));
    }
  });
});

describe("after a restore", () => {
  it("up finds the server as it should be, and leaves it alone", async () => {
    await project.restore("latest");
    const before = postgresOf(project);
    await project.up();
    expect(postgresOf(project)).toEqual(before);
  });

  it("a second one in the same second keeps the data from before each aside", async () => {
    const kept = [(await project.restore("latest")).keptAside, (await project.restore("latest")).keptAside];
    expect(new Set(kept).size).toBe(2);
    for (const one of kept) expect(existsSync(one ?? "")).toBe(true);
  });
});

describe("a restore that was killed while it put the new data in place", () => {
  it("is undone by the next one: the data from before is neither lost nor taken for none", async () => {
    await project.note("3");
    await project.stop();
    await cp(join(backupsFolder(), readdirSync(backupsFolder())[0] ?? ""), draftOf(project.layout), {
      recursive: true,
    });
    await rename(dataFolder(), asideOf(project.layout, new Date()));
    // It never was archived: only the data from before has it.
    await project.restore("latest");
    expect(await project.notes()).toEqual(["1", "2", "3"]);
    expect(existsSync(draftOf(project.layout))).toBe(false);
  });
});

describe("backup, prune and restore at once", () => {
  it("wait for each other, and what is listed afterwards can be restored", async () => {
    await project.backup();
    const { context } = project.recorder;
    const prune = async () => {
      await project.recovery.prune(planPrune(await readFacts(), { keep: 1 }, Date.now()), context);
    };
    const into = join(folder, "at-once");
    const [taken] = await Promise.all([
      project.backup(),
      prune(),
      project.restore("latest", { kind: "new", into }).then(async () => {
        others.push(await RecoveryProject.at(into));
      }),
    ]);
    expect(await others.at(-1)?.notes()).toEqual(["1", "2", "3"]);
    await prune();
    const { usable, unusable } = readBackups(await readFacts());
    expect(unusable).toEqual([]);
    expect(usable.map(({ id }) => id)).toEqual([taken.id]);
    await project.restore("latest");
    expect(await project.notes()).toEqual(["1", "2", "3"]);
  });
});

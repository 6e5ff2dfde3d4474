import { existsSync, readdirSync, statSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { join } from "node:path";

import { execa } from "execa";
import getPort from "get-port";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { openPostgres, type PostgresEndpoint, withPostgres } from "../../../../src/clients/postgres.js";
import { type Layout, logFile, planLayout } from "../../../../src/targets/local/layout.js";
import { ensureServer, STOP } from "../../../../src/targets/local/local-server.js";
import { ensurePostgresBinaries } from "../../../../src/targets/local/postgres-binaries.js";
import { postgresServer } from "../../../../src/targets/local/postgres-server.js";
import { isAlive } from "../../../../src/targets/local/process-identity.js";
import { stopProcess } from "../../../../src/targets/local/server-process.js";
import { findServiceUser } from "../../../../src/targets/local/service-user.js";
import { readState, StateStore } from "../../../../src/targets/local/state.js";
import { findStrays, stopStrays } from "../../../../src/targets/local/strays.js";
import { VERSIONS } from "../../../../src/targets/local/versions.js";
import { catchCdcError } from "../../../support/catch-cdc-error.js";
import { findProcesses, makeSandbox, removeSandbox, useSandbox } from "../../../support/leaks.js";
import { createStageRecorder } from "../../../support/stage.js";

const sandbox = useSandbox();
const ignore = (): void => undefined;

/** Shared by all tests of this file, as by all projects of a user. */
let cacheDir: string;
let binaries: Awaited<ReturnType<typeof ensurePostgresBinaries>>;
beforeAll(async () => {
  cacheDir = await makeSandbox();
  binaries = await ensurePostgresBinaries(cacheDir);
});
afterAll(() => removeSandbox(cacheDir));

/** One project's PostgreSQL, as a run of the program sees it; `ensure` is what `up` does. */
class Project {
  readonly layout: Layout;
  readonly store: StateStore;
  readonly recorder = createStageRecorder();
  port: number;
  password = "password of the admin";

  constructor(layout: Layout, port: number) {
    this.layout = layout;
    this.port = port;
    const empty = { version: 1, clusterId: "none", servers: {} } as const;
    this.store = new StateStore(layout.stateFile, readState(layout.stateFile) ?? empty);
  }

  get record() {
    return this.store.state.servers.postgres;
  }

  get data(): string {
    return join(this.layout.serversDir, "postgres", "data");
  }

  get endpoint(): PostgresEndpoint {
    const adminPassword = this.password;
    return { host: "127.0.0.1", port: this.port, adminUser: "admin", adminPassword, adminDatabase: "mydb" };
  }

  async ensure({
    recorder = this.recorder,
    onReason = ignore,
    findBinaries = () => Promise.resolve(binaries.folder),
  } = {}) {
    const chosen = { port: this.port, requestedPort: this.port };
    const server = postgresServer(this.layout, findBinaries, this.endpoint, chosen);
    return ensureServer(server, this.store, recorder.context, onReason);
  }

  async stop() {
    const { record } = this;
    if (record === undefined) throw new Error("nothing was started");
    this.store.setServer("postgres", undefined);
    return stopProcess(record.process, STOP.postgres);
  }

  query(sql: string): Promise<unknown[]> {
    return withPostgres(this.endpoint, "postgres", async (client) => {
      const { rows } = await client.query<Record<string, unknown>>(sql);
      return rows.map((row) => Object.values(row)[0]);
    });
  }

  /** What must hold after a start that failed. */
  async expectNothingRuns() {
    expect(this.record).toBeUndefined();
    expect(readState(this.layout.stateFile)?.servers.postgres).toBeUndefined();
    await expect.poll(() => findProcesses(this.layout.stateDir), { timeout: 5_000 }).toEqual([]);
  }
}

async function createProject(name = "state"): Promise<Project> {
  const stateDir = join(sandbox.folder, name);
  await mkdir(stateDir);
  const layout = await planLayout(stateDir, cacheDir, await findServiceUser());
  return new Project(layout, await getPort());
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("connect", () => resolve(true)).on("error", () => resolve(false));
    socket.on("connect", () => socket.destroy());
  });
}

describe("the PostgreSQL binaries", () => {
  it("are copied to the cache once, whole, and run there as the servers' user", async () => {
    expect(binaries).toEqual({ folder: join(cacheDir, `postgres-${VERSIONS.postgres}`), created: true });
    expect(await ensurePostgresBinaries(cacheDir)).toEqual({ ...binaries, created: false });
    expect(readdirSync(cacheDir)).toEqual([`postgres-${VERSIONS.postgres}`]);
    const user = await findServiceUser();
    const { stdout } = await execa(join(binaries.folder, "bin", "postgres"), ["--version"], {
      cwd: "/",
      ...(user === undefined ? {} : { uid: user.uid, gid: user.gid }),
    });
    expect(stdout).toContain(VERSIONS.postgres);
  });
});

describe("PostgreSQL", () => {
  it("is started with an empty directory, left alone, stopped, and started with its data", async () => {
    const project = await createProject();
    expect(await project.ensure()).toMatchObject({ status: "started", detail: `port ${project.port}` });
    expect(await project.query("SHOW wal_level")).toEqual(["logical"]);
    expect(await project.query("SELECT rolsuper FROM pg_roles WHERE rolname = 'admin'")).toEqual([true]);
    await project.query("CREATE TABLE kept AS SELECT 41 AS answer");

    const pid = project.record?.process.pid;
    const startsBefore = statSync(join(project.data, "postmaster.pid")).mtimeMs;
    expect(await project.ensure()).toMatchObject({ status: "unchanged", detail: `port ${project.port}` });
    expect(project.record?.process.pid).toBe(pid);
    expect(statSync(join(project.data, "postmaster.pid")).mtimeMs).toBe(startsBefore);

    expect(await project.stop()).toBe("stopped");
    expect(await answers(project.port)).toBe(false);
    expect(await project.ensure()).toMatchObject({ status: "started" });
    expect(await project.query("SELECT answer FROM kept")).toEqual([41]);
    await project.stop();
  });

  it("keeps its data and its password to itself", async () => {
    const project = await createProject();
    await project.ensure();
    expect(statSync(project.data).mode & 0o777).toBe(0o700);
    expect(readdirSync(join(project.layout.serversDir, "postgres"))).toEqual(["archive", "data"]);
    expect(await project.query("SHOW listen_addresses")).toEqual(["127.0.0.1"]);
    const { uid } = statSync(project.data);
    expect(uid).toBe(project.layout.user?.uid ?? process.getuid?.());
    const wrong = { ...project.endpoint, adminPassword: "guessed" };
    const login = withPostgres(wrong, "postgres", () => Promise.resolve());
    expect((await catchCdcError(login)).code).toBe("POSTGRES_REFUSED");
    await project.stop();
  });

  it("takes passwords over loopback, and lets nobody copy its files", async () => {
    const project = await createProject();
    await project.ensure();
    const rules = await project.query(
      "SELECT concat_ws(' ', type, database, user_name, address, auth_method) AS rule FROM pg_hba_file_rules",
    );
    expect(rules).toEqual(["host {all} {all} 127.0.0.1 scram-sha-256"]);
    await project.stop();
  });

  it("is known to a later run by the state file", async () => {
    const project = await createProject();
    await project.ensure();
    const later = new Project(project.layout, project.port);
    expect(await later.ensure()).toMatchObject({ status: "unchanged" });
    await later.stop();
  });

  it("is started again when its settings change, with its data", async () => {
    const project = await createProject();
    await project.ensure();
    await project.query("CREATE TABLE kept AS SELECT 42 AS answer");
    const { port: oldPort } = project;
    const before = project.record?.process;
    project.port = await getPort();
    expect(await project.ensure()).toMatchObject({
      status: "updated",
      detail: `port ${project.port}, settings changed`,
    });
    expect(project.record?.process.pid).not.toBe(before?.pid);
    expect(await answers(oldPort)).toBe(false);
    expect(await project.query("SELECT answer FROM kept")).toEqual([42]);
    await project.stop();
  });

  it("is healed when its process was killed, with what was committed", async () => {
    const project = await createProject();
    await project.ensure();
    await project.query("CREATE TABLE kept AS SELECT 43 AS answer");
    const before = project.record?.process;
    if (before === undefined) throw new Error("nothing was started");
    process.kill(before.pid, "SIGKILL");
    await expect.poll(() => isAlive(before)).toBe(false);
    expect(await project.ensure()).toMatchObject({ status: "started" });
    expect(project.record?.process).not.toEqual(before);
    expect(await project.query("SELECT answer FROM kept")).toEqual([43]);
    await project.stop();
  });

  it.runIf(process.platform === "linux")(
    "is healed when its process was killed and one of its sessions outlives it for a moment",
    async () => {
      const project = await createProject();
      await project.ensure();
      const before = project.record?.process;
      if (before === undefined) throw new Error("nothing was started");
      const [pid] = await project.query(
        "SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'",
      );
      process.kill(Number(pid), "SIGSTOP");
      process.kill(before.pid, "SIGKILL");
      await expect.poll(() => isAlive(before)).toBe(false);
      const healing = project.ensure();
      setTimeout(() => process.kill(Number(pid), "SIGCONT"), 500);
      expect(await healing).toMatchObject({ status: "started" });
      await project.stop();
    },
  );

  it("that waits for the last client to leave, after SIGTERM, is ended and started again", async () => {
    const project = await createProject();
    await project.ensure();
    const before = project.record?.process;
    if (before === undefined) throw new Error("nothing was started");
    const client = await openPostgres(project.endpoint, "postgres");
    process.kill(before.pid, "SIGTERM");
    await expect
      .poll(() => catchCdcError(project.query("SELECT 1")).then(({ message }) => message))
      .toContain("shutting down");
    expect(await project.ensure()).toMatchObject({ status: "started" });
    expect(await isAlive(before)).toBe(false);
    await client.end().catch(() => undefined);
    await project.stop();
  });

  it("that ends while it is asked whether it answers is started again", async () => {
    const project = await createProject();
    await project.ensure();
    const before = project.record?.process;
    if (before === undefined) throw new Error("nothing was started");
    process.kill(before.pid, "SIGSTOP");
    const healing = project.ensure();
    process.kill(before.pid, "SIGKILL");
    expect(await healing).toMatchObject({ status: "started" });
    await project.stop();
  });

  it("that no state file names any more is found, and ended", async () => {
    const [project, other] = [await createProject("state"), await createProject("state-2")];
    await Promise.all([project.ensure(), other.ensure()]);
    const stray = { server: "postgres", process: project.record?.process };
    await rm(project.layout.stateFile);
    expect(await findStrays(project.layout)).toEqual([stray]);
    expect(await stopStrays(project.layout)).toEqual([stray]);
    expect(await findStrays(project.layout)).toEqual([]);
    expect(await other.ensure()).toMatchObject({ status: "unchanged" });
    await other.stop();
  });

  it("is ended where its state cannot be written: nobody would know of it", async () => {
    const project = await createProject();
    // In the way from the moment on at which the server is about to start.
    const findBinaries = async () => {
      await rm(project.layout.stateFile, { recursive: true, force: true });
      await mkdir(project.layout.stateFile);
      return binaries.folder;
    };
    const error = await catchCdcError(project.ensure({ findBinaries }));
    expect(error.code).toBe("PATH_NOT_WRITABLE");
    expect(readdirSync(project.layout.stateDir)).not.toContain(`state.json.${process.pid}`);
    await expect.poll(() => findProcesses(project.layout.stateDir), { timeout: 5_000 }).toEqual([]);
  });

  it("is made anew when the run before was killed while it made the data directory", async () => {
    const project = await createProject();
    const draft = `${project.data}.new`;
    await mkdir(join(draft, "base"), { recursive: true });
    await writeFile(join(draft, "PG_VERSION"), "15\n");
    expect(await project.ensure()).toMatchObject({ status: "started" });
    expect(existsSync(draft)).toBe(false);
    await project.stop();
  });
});

describe("PostgreSQL that cannot run", () => {
  it("is an error with the last lines of its log when its data directory is broken", async () => {
    const project = await createProject();
    await project.ensure();
    await project.stop();
    await rm(join(project.data, "global", "pg_control"));
    const error = await catchCdcError(project.ensure());
    expect(error.code).toBe("SERVER_DIED");
    expect(error.message).toMatch(
      /^PostgreSQL \S+ ended while it was starting\. The last lines of its log:\n/,
    );
    expect(error.message).toContain("pg_control");
    expect(error.message.split("\n").length).toBeLessThanOrEqual(16);
    expect(error.hint).toContain(logFile(project.layout, "postgres"));
    await project.expectNothingRuns();
  });

  it("is an error before it starts when the data is of another version", async () => {
    const project = await createProject();
    await project.ensure();
    await project.stop();
    await writeFile(join(project.data, "PG_VERSION"), "14\n");
    const error = await catchCdcError(project.ensure());
    expect(error.code).toBe("SERVER_DIED");
    expect(error.message).toContain("data of PostgreSQL 14, and this is PostgreSQL 15");
    expect(error.hint).toContain("--purge");
    await project.expectNothingRuns();
  });

  it("is an error when something else has taken its port meanwhile", async () => {
    const project = await createProject();
    const other = createServer((socket) => socket.destroy()).listen(project.port, "127.0.0.1");
    const error = await catchCdcError(project.ensure());
    other.close();
    expect(error.code).toBe("SERVER_DIED");
    expect(error.message).toContain("Address already in use");
    await project.expectNothingRuns();
  });

  it("is not taken for the server of another project that has its port", async () => {
    const [one, other] = [await createProject("one"), await createProject("other")];
    await one.ensure();
    other.port = one.port;
    const error = await catchCdcError(other.ensure());
    expect(error.code).toBe("SERVER_DIED");
    await other.expectNothingRuns();
    expect(await one.ensure()).toMatchObject({ status: "unchanged" });
    await one.stop();
  });

  it("is an error at once when the administrator's password is not the one it was made with", async () => {
    const project = await createProject();
    await project.ensure();
    await project.stop();
    project.password = "another";
    const startedMs = performance.now();
    const error = await catchCdcError(project.ensure());
    expect(error.code).toBe("POSTGRES_REFUSED");
    expect(error.message).not.toContain("another");
    expect(performance.now() - startedMs).toBeLessThan(10_000);
    await project.expectNothingRuns();
  });

  it("is an error at the deadline when it does not answer in time, and is ended", async () => {
    const project = await createProject();
    const recorder = createStageRecorder({ timeoutMs: 0 });
    const error = await catchCdcError(project.ensure({ recorder }));
    expect(error.code).toBe("SERVER_NOT_READY");
    expect(error.hint).toMatch(/cdc-pipeline logs postgres.*--timeout/);
    await project.expectNothingRuns();
  });

  it("is ended when the run is interrupted while it starts", async () => {
    const project = await createProject();
    const starting = project.ensure({ onReason: () => project.recorder.abort() });
    await expect(starting).rejects.toMatchObject({ name: "AbortError" });
    await project.expectNothingRuns();
  });
});

import { join } from "node:path";

import type { PostgresEndpoint } from "../../src/clients/postgres.js";
import type { Config } from "../../src/config/config.js";
import { loadConfig } from "../../src/config/load.js";
import type { Backup } from "../../src/recovery/backups.js";
import { closeSegment } from "../../src/recovery/close-segment.js";
import { prepareRestore } from "../../src/recovery/prepare-restore.js";
import { restore } from "../../src/recovery/restore.js";
import { parseRestoreTarget } from "../../src/recovery/restore-target.js";
import { takeBackup } from "../../src/recovery/take-backup.js";
import { type Layout, planLayout } from "../../src/targets/local/layout.js";
import { ensureServer, STOP } from "../../src/targets/local/local-server.js";
import { ensurePostgresBinaries } from "../../src/targets/local/postgres-binaries.js";
import { postgresServer } from "../../src/targets/local/postgres-server.js";
import { createLocalRecovery } from "../../src/targets/local/recovery/local-recovery.js";
import { stopProcess } from "../../src/targets/local/server-process.js";
import { findServiceUser } from "../../src/targets/local/service-user.js";
import { readState, StateStore } from "../../src/targets/local/state.js";
import { makeStateDir } from "../../src/targets/local/state-dir.js";
import type { Recovery, Restored, RestorePlace } from "../../src/targets/recovery.js";
import { freePort } from "./free-port.js";
import { ServerWithNotes } from "./server-with-notes.js";
import { createStageRecorder, type StageRecorder } from "./stage.js";

/** A state folder of the local target of which only PostgreSQL runs, to be backed up and restored. */
export class RecoveryProject extends ServerWithNotes {
  readonly config: Config;
  readonly layout: Layout;
  readonly recovery: Recovery;
  recorder: StageRecorder = createStageRecorder();

  private constructor(config: Config, layout: Layout) {
    super();
    this.config = config;
    this.layout = layout;
    this.recovery = createLocalRecovery(config, layout);
  }

  /** The project of a folder, new or restored; it starts nothing. */
  static async at(stateDir: string): Promise<RecoveryProject> {
    const env = {
      CDC_PIPELINE_STATE_DIR: stateDir,
      CDC_PIPELINE_LOCAL_POSTGRES_PORT: String(await freePort()),
      ...(process.env.CDC_PIPELINE_CACHE_DIR === undefined
        ? {}
        : { CDC_PIPELINE_CACHE_DIR: process.env.CDC_PIPELINE_CACHE_DIR }),
    };
    const config = await loadConfig({ cwd: "/", env, flags: {} });
    const layout = await planLayout(config.stateDir, config.cacheDir, await findServiceUser());
    return new RecoveryProject(config, layout);
  }

  static async start(stateDir: string): Promise<RecoveryProject> {
    const project = await RecoveryProject.at(stateDir);
    await makeStateDir(project.layout);
    await project.up();
    return project;
  }

  get dataDir(): string {
    return join(this.layout.serversDir, "postgres", "data");
  }

  get archive(): string {
    return this.recovery.archive;
  }

  get port(): number {
    return readState(this.layout.stateFile)?.servers.postgres?.port ?? this.config.local.postgresPort;
  }

  get endpoint(): PostgresEndpoint {
    const { adminUser, adminPassword, adminDatabase } = this.config.postgres;
    return { host: "127.0.0.1", port: this.port, adminUser, adminPassword, adminDatabase };
  }

  /** Starts PostgreSQL as `up` does. */
  async up(): Promise<void> {
    const chosen = { port: this.port, requestedPort: this.port };
    const findBinaries = async () => (await ensurePostgresBinaries(this.layout.cacheDir)).folder;
    const server = postgresServer(this.layout, findBinaries, this.endpoint, chosen);
    const empty = { version: 1, clusterId: "none", servers: {} } as const;
    const store = new StateStore(this.layout.stateFile, readState(this.layout.stateFile) ?? empty);
    await ensureServer(server, store, this.recorder.context, () => undefined);
  }

  /** Ends PostgreSQL; `SIGKILL` as a crash does. */
  async stop(signal: NodeJS.Signals = STOP.postgres.signal): Promise<void> {
    const record = readState(this.layout.stateFile)?.servers.postgres;
    if (record !== undefined) await stopProcess(record.process, { ...STOP.postgres, signal });
  }

  /** Closes the current file of WAL and waits until it is archived. @returns its name */
  archiveWal(): Promise<string> {
    return closeSegment(this.endpoint, this.recorder.context, () => undefined);
  }

  backup(): Promise<Backup> {
    return this.recorder.run("backup", (stage, context) => takeBackup(this.recovery, stage, context));
  }

  /** Restores as the command does, once it has asked. */
  async restore(
    to: string,
    place: RestorePlace = { kind: "in-place" },
    timeline?: number,
  ): Promise<Restored> {
    const target = parseRestoreTarget(to, Date.now());
    return this.recorder.run("restore", async (stage, context) => {
      const plan = await prepareRestore(this.recovery, { target, place, timeline }, stage, context);
      const nobody = { connect: { url: "http://127.0.0.1:1" }, connectors: [] };
      return restore(this.recovery, plan, place, nobody, stage, context);
    });
  }
}

import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";

import type { PostgresEndpoint } from "../../src/clients/postgres.js";
import type { Config } from "../../src/config/config.js";
import { loadConfig } from "../../src/config/load.js";
import type { Backup } from "../../src/recovery/backups.js";
import { prepareRestore } from "../../src/recovery/prepare-restore.js";
import { restore } from "../../src/recovery/restore.js";
import { parseRestoreTarget } from "../../src/recovery/restore-target.js";
import { takeBackup } from "../../src/recovery/take-backup.js";
import { compose, projectOf } from "../../src/targets/compose/project.js";
import { createComposeRecovery } from "../../src/targets/compose/recovery/compose-recovery.js";
import type { Recovery, Restored, RestorePlace } from "../../src/targets/recovery.js";
import { containersOf, docker } from "./compose-project.js";
import { freePort } from "./free-port.js";
import { ServerWithNotes } from "./server-with-notes.js";
import { createStageRecorder, type StageRecorder } from "./stage.js";

/** A compose project of which only PostgreSQL runs, to be backed up and restored. */
export class ComposeRecoveryProject extends ServerWithNotes {
  readonly config: Config;
  recorder: StageRecorder = createStageRecorder();

  private constructor(config: Config) {
    super();
    this.config = config;
  }

  static async at(project: string, port: number): Promise<ComposeRecoveryProject> {
    const env = {
      CDC_PIPELINE_TARGET: "compose",
      CDC_PIPELINE_COMPOSE_PROJECT: project,
      CDC_PIPELINE_COMPOSE_POSTGRES_PORT: String(port),
    };
    return new ComposeRecoveryProject(await loadConfig({ cwd: "/", env, flags: {} }));
  }

  static async start(): Promise<ComposeRecoveryProject> {
    const project = await ComposeRecoveryProject.at(
      `cdc-test-${randomBytes(5).toString("hex")}`,
      await freePort(),
    );
    await project.up();
    return project;
  }

  get name(): string {
    return this.config.compose.project;
  }

  get volume(): string {
    return `${this.name}_postgres-data`;
  }

  get endpoint(): PostgresEndpoint {
    const { adminUser, adminPassword, adminDatabase } = this.config.postgres;
    const { postgresPort } = this.config.compose;
    return { host: "127.0.0.1", port: postgresPort, adminUser, adminPassword, adminDatabase };
  }

  /** `docker compose` by hand. */
  async compose(...args: string[]): Promise<void> {
    const { failed, stderr } = await compose(projectOf(this.config), args);
    if (failed) throw new Error(stderr);
  }

  recovery(): Promise<Recovery> {
    return createComposeRecovery(this.config);
  }

  async container(): Promise<string> {
    return (await containersOf(this.name)).postgres ?? "";
  }

  /** Runs a line of a shell in the server's container, as root. */
  async inContainer(script: string): Promise<string> {
    return docker("exec", await this.container(), "bash", "-c", script);
  }

  /** A backup, and the wait for the second from which on a time can be restored. */
  async backup(): Promise<Backup> {
    const recovery = await this.recovery();
    const backup = await this.recorder.run("backup", (stage, context) =>
      takeBackup(recovery, stage, context),
    );
    await delay(1_050);
    return backup;
  }

  /** The names of the folders in the data volume. */
  async folders(): Promise<string[]> {
    return (await this.inContainer("ls /var/lib/postgresql/data")).split("\n");
  }

  /** The names of the backups in the archive, whole or not. */
  async backupFolders(): Promise<string[]> {
    const names = await this.inContainer("ls /wal-archive/backups");
    return names.split("\n").filter((name) => name !== "");
  }

  /** Waits until PostgreSQL answers, after a start by hand. */
  async up(): Promise<void> {
    await this.compose("up", "--detach", "--wait", "postgres");
  }

  /** Restores as the command does, once it has asked. */
  async restore(to: string, place: RestorePlace = { kind: "in-place" }): Promise<Restored> {
    const recovery = await this.recovery();
    const target = parseRestoreTarget(to, Date.now());
    return this.recorder.run("restore", async (stage, context) => {
      const plan = await prepareRestore(recovery, { target, place }, stage, context);
      const nobody = { connect: { url: "http://127.0.0.1:1" }, connectors: [] };
      return restore(recovery, plan, place, nobody, stage, context);
    });
  }

  async remove(): Promise<void> {
    await this.compose("down", "--volumes", "--timeout", "10");
  }
}

import type { PostgresEndpoint } from "../clients/postgres.js";
import type { Context } from "../context.js";
import type { ArchiveFacts } from "../recovery/archive-facts.js";
import type { PrunePlan } from "../recovery/plan-prune.js";
import type { RestorePlan } from "../recovery/plan-restore.js";
import type { Reached } from "../recovery/watch-recovery.js";
import type { Stage } from "../run-stage.js";

/** Where a restore goes: into an instance of its own, with its whole name, or over the one that is there. */
export type RestorePlace = { readonly kind: "new"; readonly into: string } | { readonly kind: "in-place" };

/** A server that was restored and runs. */
export interface Restored {
  readonly postgres: PostgresEndpoint;
  readonly reached: Reached;
  /** What the instance is called: a folder, a compose project, a StatefulSet. */
  readonly instance: string;
  /** Where the data from before is, after a restore in place. */
  readonly keptAside?: string;
  /** What the user may do next with it, as sentences. */
  readonly next: readonly string[];
}

/** What of backups and recovery differs from target to target. What to do is decided in `src/recovery`. */
export interface Recovery {
  /** Where the archive is, for people. */
  readonly archive: string;
  readonly postgresMajor: number;
  /** The running server; undefined where it does not run. */
  findPostgres(context: Context): Promise<PostgresEndpoint | undefined>;
  /** Also where the server does not run. */
  readArchive(context: Context): Promise<ArchiveFacts>;
  /** What the archiver's command said when it failed last; missing where the server's log cannot be read. */
  archiverWords?(context: Context): Promise<string | undefined>;
  /**
   * Makes a base backup with this id, which is also PostgreSQL's label of it, and waits for its WAL to be
   * archived. Whole or not at all.
   * @throws CdcError BACKUP_FAILED, WAL_NOT_ARCHIVED
   */
  takeBackup(
    id: string,
    postgres: PostgresEndpoint,
    context: Context,
    update: (message: string) => void,
  ): Promise<void>;
  /** Removes backups first, then WAL: what is killed in between leaves no backup without its WAL. */
  prune(plan: PrunePlan, context: Context): Promise<void>;
  /**
   * The whole name of a new instance, such as a folder's path, from what the user called it, or one that is free.
   * @param cwd where relative paths begin
   * @throws CdcError USAGE for what cannot be such a name
   */
  nameInstance(wanted: string | undefined, cwd: string): string;
  /** Refuses a place that cannot be restored to, before anything is touched. @throws CdcError */
  checkPlace(place: RestorePlace, context: Context): Promise<void>;
  /**
   * Restores as planned and starts the server. Where that fails, nothing of it stays, and in place the server
   * from before runs again.
   * @throws CdcError RESTORE_FAILED
   */
  restore(plan: RestorePlan, place: RestorePlace, stage: Stage, context: Context): Promise<Restored>;
}

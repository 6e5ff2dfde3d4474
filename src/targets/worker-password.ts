import type { Context } from "../context.js";

/**
 * The password of Debezium's role, kept where Kafka Connect looks it up by itself: connectors' configurations, which
 * whoever reaches the worker may read, hold a reference to it.
 */
export interface WorkerPassword {
  /** What stands in a configuration instead: `${directory:/…/secrets:debezium-password}`. */
  readonly reference: string;
  /** undefined where none was kept yet. */
  read(): Promise<string | undefined>;
  /** Replaces it in one step; tasks take it over at their next start. */
  write(password: string): Promise<void>;
  /** One that a rotation is about to bring into force; undefined where none is under way. */
  readNext(): Promise<string | undefined>;
  /** undefined: the rotation is done. */
  writeNext(password: string | undefined): Promise<void>;
  /** Runs `work` while nobody else changes the servers from here. @throws CdcError LOCKED */
  exclusively<T>(context: Context, work: () => Promise<T>): Promise<T>;
}

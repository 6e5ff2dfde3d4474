import type { Deployment } from "../../targets/target.js";
import type { DatabaseWish } from "./ensure-database.js";
import type { PublishScope } from "./plan/prepare-settings.js";

export interface PrepareOptions {
  readonly deployment: Deployment;
  readonly databases: readonly DatabaseWish[];
  readonly role: string;
  readonly password: string;
  readonly publication: string;
  /** Only these schemas; all of the application's where it is empty. */
  readonly schemas: readonly string[];
  readonly publish: PublishScope;
  /** Make the table for signals to Debezium. */
  readonly signals?: boolean;
  /** Take over a role and a publication that do not fit. */
  readonly adopt: boolean;
  /** Prepare template1 too, so that later databases are born ready. */
  readonly newDatabases: boolean;
}

/** The database that PostgreSQL makes others from. */
export const TEMPLATE = "template1";

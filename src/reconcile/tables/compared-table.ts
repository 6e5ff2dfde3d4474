import type { TableSpec } from "../engine/engine.js";
import type { PublishedTable } from "./read-published-tables.js";

/** A table whose rows are compared with the events of a topic. */
export interface ComparedTable {
  readonly published: PublishedTable;
  /** `public.products` */
  readonly label: string;
  readonly topic: string;
  readonly spec: TableSpec;
  /** Why rows may rightly have no event; undefined where a snapshot wrote all of them. */
  readonly whyNotWhole: string | undefined;
  /** What a person should know of how it is compared. */
  readonly notes: readonly string[];
}

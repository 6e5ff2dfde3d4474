/** What is to be proved, and how often. */
export interface ProbeWishes {
  /** Also the truncate of the probe table. */
  readonly truncate?: boolean | undefined;
  /** A table of the application, `schema.table`, instead of the program's own. */
  readonly table?: string | undefined;
  /** The row for it, as a JSON object. */
  readonly row?: string | undefined;
  /** How many probes are written, one after the other; 1 by default. */
  readonly samples?: number | undefined;
}

/** A value as one source gives it, not checked yet. */
export interface RawSetting {
  /** The dotted key of a setting that exists. */
  readonly path: string;
  readonly value: unknown;
  /** For people: `cdc-pipeline.yaml:12`, `CDC_PIPELINE_TARGET`, `--target`. */
  readonly source: string;
  /** The absolute folder where relative paths in the value begin. */
  readonly folder: string;
  /** The place that a problem's line begins with, for the value or for a part of it. */
  readonly placeOf: (part: readonly PropertyKey[]) => string;
}

/** All that one source gives: the values of known settings and a line for whatever else is wrong. */
export interface Layer {
  readonly settings: readonly RawSetting[];
  readonly problems: readonly string[];
}

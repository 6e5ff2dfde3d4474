/** Of each record in a chunk's index: what it tells, and where its key and its value stand. An end of -1 is null. */
export const RECORD = {
  offset: 0,
  timestampMs: 1,
  keyStart: 2,
  keyEnd: 3,
  valueStart: 4,
  valueEnd: 5,
} as const;

export const RECORD_FIELDS = 6;

/** What a watch keeps of a connector from run to run; times in milliseconds since 1970. */
export interface ConnectorRecord {
  /** In a row. */
  readonly restarts: number;
  readonly lastRestartMs: number | null;
  /** Not restarted before. */
  readonly nextTryMs: number | null;
  /** Since when it and all of its tasks are RUNNING, as far as it was seen. */
  readonly runningSinceMs: number | null;
  /** Since when it is RUNNING without a task. */
  readonly emptySinceMs: number | null;
}

/** What a run knows of a connector. */
export interface ConnectorMemory {
  readonly record: ConnectorRecord;
  /** What was told of it last, so that it is told once. */
  readonly told: string | null;
  /** A restart whose result is to come. */
  readonly awaited: Awaited | null;
}

interface Awaited {
  readonly sinceMs: number;
  /** The failure that was there before, which a worker may still show for a moment; null once it was seen otherwise. */
  readonly staleMark: string | null;
}

export const NEW_RECORD: ConnectorRecord = {
  restarts: 0,
  lastRestartMs: null,
  nextTryMs: null,
  runningSinceMs: null,
  emptySinceMs: null,
};

export const remember = (record: ConnectorRecord = NEW_RECORD): ConnectorMemory => ({
  record,
  told: null,
  awaited: null,
});

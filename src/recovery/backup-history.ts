import { parseLsn } from "../lsn.js";

/** What PostgreSQL wrote of a base backup when it ended, in a `.backup` file of the archive. */
export interface BackupHistory {
  /** The label that it was given: our backups' ids. */
  readonly label: string;
  readonly timeline: number;
  readonly startLsn: bigint;
  readonly stopLsn: bigint;
  /** Milliseconds since 1970, in whole seconds. */
  readonly startedAtMs: number;
  readonly stoppedAtMs: number;
}

/** Undefined where the text is not such a file's. */
export function parseBackupHistory(text: string): BackupHistory | undefined {
  const fields = new Map(
    text.split("\n").flatMap((line) => {
      const [, name, value] = /^([A-Z ]+): (.*)$/.exec(line) ?? [];
      return name === undefined || value === undefined ? [] : [[name, value] as const];
    }),
  );
  const lsn = (name: string) => /^[0-9A-F]+\/[0-9A-F]+/.exec(fields.get(name) ?? "")?.[0];
  const [start, stop] = [lsn("START WAL LOCATION"), lsn("STOP WAL LOCATION")];
  const label = fields.get("LABEL");
  const timeline = Number(fields.get("START TIMELINE"));
  const startedAtMs = Date.parse(fields.get("START TIME") ?? "");
  const stoppedAtMs = Date.parse(fields.get("STOP TIME") ?? "");
  if (start === undefined || stop === undefined || label === undefined) return undefined;
  if (![timeline, startedAtMs, stoppedAtMs].every(Number.isFinite)) return undefined;
  return { label, timeline, startLsn: parseLsn(start), stopLsn: parseLsn(stop), startedAtMs, stoppedAtMs };
}

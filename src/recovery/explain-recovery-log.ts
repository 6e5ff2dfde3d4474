import { parseLsn } from "../lsn.js";
import { wordsBefore } from "./words-before.js";

/** What the log of a server says that ended instead of recovering. */
export interface RecoveryLog {
  /** PostgreSQL's own words; undefined where it has none. */
  readonly reason?: string;
  /** The WAL ended before the target was reached. */
  readonly endedTooEarly: boolean;
  /** The last record that it replayed, where it came to the end of what it could read. */
  readonly redoneToLsn?: bigint;
}

const TOO_EARLY = "recovery ended before configured recovery target was reached";

export function explainRecoveryLog(log: string): RecoveryLog {
  const lines = log.split("\n");
  const at = lines.findIndex((line) => {
    const words = fatalWords(line);
    // What is only told to clients while it starts is no cause.
    return words !== undefined && !words.startsWith("the database system is");
  });
  const reason = fatalWords(lines[at] ?? "");
  const [, redone] = /redo done at ([0-9A-F]+\/[0-9A-F]+)/.exec(log) ?? [];
  const [, lastTime] = /last completed transaction was at log time (.+)$/m.exec(log) ?? [];
  const said = reason?.startsWith("could not restore file") === true ? wordsBefore(lines, at) : undefined;
  const whole = [
    said === undefined ? reason : `${reason ?? ""}: ${said}`,
    ...(lastTime === undefined ? [] : [`the last change that it replayed was committed at ${lastTime}`]),
  ].join("; ");
  return {
    endedTooEarly: reason === TOO_EARLY,
    ...(reason === undefined ? {} : { reason: whole }),
    ...(redone === undefined ? {} : { redoneToLsn: parseLsn(redone) }),
  };
}

const fatalWords = (line: string): string | undefined => /(?:FATAL|PANIC): {2}(.*)$/.exec(line)?.[1];

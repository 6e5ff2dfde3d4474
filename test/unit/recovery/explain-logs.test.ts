import { describe, expect, it } from "vitest";

import { explainArchiverLog } from "../../../src/recovery/explain-archiver-log.js";
import { explainRecoveryLog } from "../../../src/recovery/explain-recovery-log.js";

const log = (...lines: string[]): string => `${lines.join("\n")}\n`;
const own = (text: string): string => `2026-11-23 10:00:00.123 UTC [4711] ${text}`;
const client = (text: string): string => `2026-11-23 10:00:00.123 UTC [4712] admin@postgres ${text}`;

describe("the log of a recovery that failed", () => {
  const tooEarly = log(
    own("LOG:  starting point-in-time recovery to 2026-11-23 10:00:00+00"),
    client("FATAL:  the database system is starting up"),
    own("LOG:  redo done at 0/3000110 system usage: CPU: user: 0.00 s, system: 0.00 s, elapsed: 0.01 s"),
    own("LOG:  last completed transaction was at log time 2026-11-23 09:59:59.5+00"),
    own("FATAL:  recovery ended before configured recovery target was reached"),
    own("LOG:  startup process (PID 4713) exited with exit code 1"),
  );

  it("has PostgreSQL's own words, and not those for clients that it refused meanwhile", () => {
    expect(explainRecoveryLog(tooEarly).reason).toBe(
      "recovery ended before configured recovery target was reached; the last change that it replayed was committed at 2026-11-23 09:59:59.5+00",
    );
  });

  it("tells where the WAL ended that could be read", () => {
    expect(explainRecoveryLog(tooEarly)).toMatchObject({ endedTooEarly: true, redoneToLsn: 0x3000110n });
  });

  it("has the words of the command that could not copy a file", () => {
    const text = log(
      own("LOG:  consistent recovery state reached at 0/2000138"),
      "cp: error writing 'pg_wal/RECOVERYXLOG': No space left on device",
      own(
        'FATAL:  could not restore file "000000010000000000000003" from archive: child process exited with exit code 200',
      ),
    );
    expect(explainRecoveryLog(text)).toEqual({
      reason:
        "could not restore file \"000000010000000000000003\" from archive: child process exited with exit code 200: cp: error writing 'pg_wal/RECOVERYXLOG': No space left on device",
      endedTooEarly: false,
    });
  });

  it("has the words of a panic", () => {
    const text = log(own("PANIC:  could not locate a valid checkpoint record"));
    expect(explainRecoveryLog(text).reason).toBe("could not locate a valid checkpoint record");
  });

  it("has none where the server said nothing of it", () => {
    expect(explainRecoveryLog("")).toEqual({ endedTooEarly: false });
    expect(explainRecoveryLog(log(own("LOG:  starting"))).reason).toBeUndefined();
  });
});

describe("the log of a server whose archiver fails", () => {
  it("has the last words of its command", () => {
    const text = log(
      own("LOG:  database system is ready to accept connections"),
      "cp: cannot create regular file '/archive/wal/.000000010000000000000003.tmp': Permission denied",
      own("LOG:  archive command failed with exit code 1"),
      own("DETAIL:  The failed archive command was: if [ -e …"),
      "cp: error writing '/archive/wal/.000000010000000000000003.tmp': No space left on device",
      own("LOG:  archive command failed with exit code 1"),
      own("DETAIL:  The failed archive command was: if [ -e …"),
    );
    expect(explainArchiverLog(text)).toBe(
      "cp: error writing '/archive/wal/.000000010000000000000003.tmp': No space left on device",
    );
  });

  it("has none where the command said nothing, nor where none failed", () => {
    expect(
      explainArchiverLog(log(own("LOG:  ready"), own("LOG:  archive command failed with exit code 1"))),
    ).toBeUndefined();
    expect(explainArchiverLog(log(own("LOG:  ready"), "words of somebody else"))).toBeUndefined();
    expect(explainArchiverLog("")).toBeUndefined();
  });
});

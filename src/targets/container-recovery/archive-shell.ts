import type { Context } from "../../context.js";
import { CdcError } from "../../errors.js";

/** Where the archive is mounted in every container of ours. */
export const ARCHIVE = "/wal-archive";

/** What a script came to. */
export interface ShellAnswer {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ShellOptions {
  readonly context: Pick<Context, "signal" | "deadline">;
  /** Told each line that the script writes to stderr, as it comes. */
  readonly onLine?: (line: string) => void;
}

/**
 * A place where the archive is mounted at `ARCHIVE`: the running server's container, or one of its own where the
 * server does not run. What users give is only ever an argument, never a part of a script. An abort ends the script.
 */
export interface ArchiveShell {
  /** Runs a script of bash as the servers' user, to its end. */
  run(script: string, args: readonly string[], options: ShellOptions): Promise<ShellAnswer>;
}

/** Scripts that could not get the archive's lock in time end with this. */
export const EXIT_LOCKED = 75;

/** A line of a script that is meant for people begins so. */
export const WORD = "cdc-pipeline: ";

/**
 * The function `lock`, for `-s` or `-x`, and how many seconds to wait. The lock is on the archive itself, and goes
 * with the last process that has it. What only reads the archive shares it; what changes it has it alone.
 */
export const LOCK = `lock() {
  exec 9<"\${3-${ARCHIVE}}" || exit 74
  flock -n "$1" 9 && return
  echo '${WORD}waiting for another run that works on the archive' >&2
  flock -w "$2" -E ${EXIT_LOCKED} "$1" 9 || exit
}
`;

/**
 * Put before a script, it ends the script and all that it has started when its stdin ends: a program that is killed
 * leaves nothing running behind it in a container. Where PostgreSQL is the first process of the container, it adopts
 * what the script leaves behind, and takes an adopted process that is ended by a signal for a crash of its own:
 * nothing may be left, and what ends by a signal must exit.
 */
export const LIFELINE = `trap 'exit 143' TERM
( trap 'exit 0' TERM; while read -r _; do :; done; kill -TERM 0 ) <&0 >/dev/null 2>&1 &
lifeline=$!
untie() { kill "$lifeline" || :; wait "$lifeline" || :; } 2>/dev/null
trap untie EXIT
`;

/**
 * Runs a script whose first argument is for how many seconds it may wait for the archive.
 * @param explain the error for a script that failed, from its own last words
 * @throws CdcError LOCKED
 */
export async function runOnArchive(
  shell: ArchiveShell,
  script: string,
  args: readonly string[],
  { context, onLine }: ShellOptions,
  explain: (reason: string) => CdcError,
): Promise<string> {
  const tell = (line: string) => onLine?.(line.startsWith(WORD) ? line.slice(WORD.length) : line);
  const { exitCode, stdout, stderr } = await shell.run(script, [waitSeconds(context), ...args], {
    context,
    onLine: tell,
  });
  if (exitCode === 0) return stdout;
  if (exitCode === EXIT_LOCKED) throw archiveLocked(context);
  throw explain(lastWords(stderr));
}

/** For how long a script may wait for the archive's lock, as an argument of its own. */
export const waitSeconds = ({ deadline }: Pick<Context, "deadline">): string =>
  String(Math.max(1, Math.ceil(deadline.remainingMs() / 1000)));

export const archiveLocked = ({ deadline }: Pick<Context, "deadline">): CdcError =>
  new CdcError(
    "LOCKED",
    `another run works on the archive and did not end in ${Math.round(deadline.totalMs / 1000)} s`,
    { hint: "wait for that backup, prune or restore to end, and run it again; more time: --timeout SECONDS" },
  );

/** What a script said last: its own words before those of a tool. */
export function lastWords(stderr: string): string {
  const lines = stderr.split(/[\n\r]/).filter((line) => line.trim() !== "");
  const own = lines.filter((line) => line.startsWith(WORD)).at(-1);
  return own?.slice(WORD.length) ?? lines.at(-1)?.trim() ?? "it gave no reason";
}

import { readFile } from "node:fs/promises";

import { execa } from "execa";

/**
 * A process, told apart from any later one that gets the same number: its id and a text that says when
 * it started (Linux: clock ticks since boot, from /proc; elsewhere: what `ps` prints).
 */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startedAt: string;
}

/** The identity of a live process; undefined where there is none (a zombie is none). */
export async function identify(pid: number): Promise<ProcessIdentity | undefined> {
  const startedAt = process.platform === "linux" ? await startFromProc(pid) : await startFromPs(pid);
  return startedAt === undefined ? undefined : { pid, startedAt };
}

export async function isAlive(identity: ProcessIdentity): Promise<boolean> {
  return (await identify(identity.pid))?.startedAt === identity.startedAt;
}

async function startFromProc(pid: number): Promise<string | undefined> {
  try {
    const [stat, bootId] = await Promise.all([
      readFile(`/proc/${pid}/stat`, "utf8"),
      readFile("/proc/sys/kernel/random/boot_id", "utf8").catch(() => ""),
    ]);
    // The command's name, in parentheses, may hold spaces: fields are counted from behind it.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const state = fields[0];
    const startTicks = fields[19];
    if (state === "Z" || state === "X" || startTicks === undefined) return undefined;
    return `${bootId.trim()}:${startTicks}`;
  } catch {
    return undefined;
  }
}

async function startFromPs(pid: number): Promise<string | undefined> {
  const { stdout, failed } = await execa("ps", ["-o", "state=,lstart=", "-p", String(pid)], {
    reject: false,
    env: { LC_ALL: "C" },
  });
  const line = stdout.trim();
  return failed || line === "" || line.startsWith("Z") ? undefined : line.replace(/^\S+\s+/, "");
}

/** The command line of a process; empty where there is none. */
export async function commandOf(pid: number): Promise<string> {
  if (process.platform === "linux") {
    const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
    return command.replaceAll("\0", " ").trim();
  }
  const { stdout } = await execa("ps", ["-ww", "-o", "command=", "-p", String(pid)], { reject: false });
  return stdout.trim();
}

import { spawn } from "node:child_process";
import { once } from "node:events";
import { chown, mkdir, open, readFile, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { CdcError } from "../../errors.js";
import { withPrivateMask } from "./private-files.js";
import { identify, isAlive, type ProcessIdentity } from "./process-identity.js";
import type { ServiceUser } from "./service-user.js";

export interface ProcessSpec {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** The whole environment of the process: nothing of the caller's reaches a server unasked. */
  readonly env: Readonly<Record<string, string>>;
  /** Gets the process's stdout and stderr, appended. */
  readonly logFile: string;
  readonly user: ServiceUser | undefined;
}

/**
 * Starts a process that outlives this one: a session of its own, output to a file. (execa would pipe the
 * output through this process and end the child with it.)
 */
export async function startProcess(spec: ProcessSpec): Promise<ProcessIdentity> {
  await mkdir(dirname(spec.logFile), { recursive: true });
  const log = await open(spec.logFile, "a", 0o600);
  try {
    // One of an older version may be there, which others could read.
    await log.chmod(0o600);
    if (spec.user !== undefined) await chown(spec.logFile, spec.user.uid, spec.user.gid);
    const child = withPrivateMask(() =>
      spawn(spec.command, spec.args, {
        cwd: spec.cwd,
        env: spec.env,
        detached: true,
        stdio: ["ignore", log.fd, log.fd],
        ...(spec.user === undefined ? {} : { uid: spec.user.uid, gid: spec.user.gid }),
      }),
    );
    await once(child, "spawn");
    child.unref();
    const pid = child.pid ?? 0;
    return (await identify(pid)) ?? { pid, startedAt: "ended at once" };
  } catch (error) {
    throw new CdcError("SERVER_DIED", `cannot start ${spec.command}: ${(error as Error).message}`, {
      cause: error,
    });
  } finally {
    await log.close();
  }
}

/** Asks a process to end and waits; after `graceMs` it is killed. Not alive is fine. */
export async function stopProcess(
  identity: ProcessIdentity,
  { signal, graceMs }: { readonly signal: NodeJS.Signals; readonly graceMs: number },
): Promise<"stopped" | "killed" | "was not running"> {
  if (!(await isAlive(identity))) return "was not running";
  send(identity.pid, signal);
  if (await endsWithin(identity, graceMs)) return "stopped";
  send(identity.pid, "SIGKILL");
  await endsWithin(identity, 10_000);
  return "killed";
}

async function endsWithin(identity: ProcessIdentity, ms: number): Promise<boolean> {
  const until = performance.now() + ms;
  while (await isAlive(identity)) {
    if (performance.now() > until) return false;
    await delay(50);
  }
  return true;
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** How long a log is by now, in bytes. */
export async function logSize(file: string): Promise<number> {
  const { size } = await stat(file).catch(() => ({ size: 0 }));
  return size;
}

/** The last lines of a log, for an error message: of what was added since it had `sizeBefore` bytes. */
export async function tailLog(file: string, lines: number, sizeBefore = 0): Promise<string> {
  const content = await readFile(file).catch(() => Buffer.alloc(0));
  // A log that became shorter was begun anew.
  const added = content.subarray(sizeBefore <= content.length ? sizeBefore : 0);
  return added.toString("utf8").trimEnd().split("\n").slice(-lines).join("\n");
}

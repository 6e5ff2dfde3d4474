import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { chmod, mkdtemp, readdir, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { execa } from "execa";
import { afterEach, beforeEach, expect } from "vitest";

/** Ended processes and removed files may be seen for a moment longer. */
const PATIENCE_MS = 3_000;

export interface Sandbox {
  /** Empty at first; any user may enter it. */
  readonly folder: string;
}

/**
 * Gives each test of a file a temporary folder, and lets a test fail that leaves anything behind: a process
 * that works in the folder or was called with it, a lock, a half-made draft.
 */
export function useSandbox(): Sandbox {
  const sandbox = { folder: "" };
  beforeEach(async () => {
    sandbox.folder = await makeSandbox();
  });
  afterEach(() => removeSandbox(sandbox.folder));
  return sandbox;
}

export async function makeSandbox(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "cdc-pipeline-test-")));
  // Run as root, servers belong to another user, who must get in.
  await chmod(folder, 0o755);
  return folder;
}

/** Ends and removes what is left of it, and fails if that was anything that should have been gone. */
export async function removeSandbox(folder: string): Promise<void> {
  const leaks = await findLeaks(folder);
  for (const { pid } of await findProcesses(folder)) kill(pid);
  await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  expect(leaks, "what the test left behind").toEqual([]);
}

/** What still lives below a folder, one line each. */
export async function findLeaks(folder: string): Promise<string[]> {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const processes = await findProcesses(folder);
    const leaks = [
      ...processes.map(({ pid, command }) => `process ${pid}: ${command}`),
      ...(await findLeftFiles(folder)),
    ];
    if (leaks.length === 0 || performance.now() > until) return leaks;
    await delay(50);
  }
}

interface FoundProcess {
  readonly pid: number;
  readonly command: string;
}

/** The processes whose working folder is below `folder`, or whose command line names it. */
export async function findProcesses(folder: string): Promise<FoundProcess[]> {
  const all = process.platform === "linux" ? processesFromProc() : await processesFromPs();
  return all
    .filter(({ pid, command, cwd }) => pid !== process.pid && (command.includes(folder) || isIn(folder, cwd)))
    .map(({ pid, command }) => ({ pid, command }));
}

function processesFromProc(): (FoundProcess & { readonly cwd: string })[] {
  const pids = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  return pids.flatMap((pid) => {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
      // PostgreSQL's children name no folder in their command lines, but work in the data directory.
      return [{ pid, command, cwd: readlinkSync(`/proc/${pid}/cwd`) }];
    } catch {
      return [];
    }
  });
}

async function processesFromPs(): Promise<(FoundProcess & { readonly cwd: string })[]> {
  const { stdout } = await execa("ps", ["-axww", "-o", "pid=,command="]);
  return stdout.split("\n").map((line) => {
    const [pid = "0", ...command] = line.trim().split(" ");
    return { pid: Number(pid), command: command.join(" "), cwd: "" };
  });
}

const isIn = (folder: string, path: string): boolean => path === folder || path.startsWith(`${folder}/`);

/** Locks, and what is written beside its place until it is whole; servers' own data is left out. */
async function findLeftFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .map((entry) => ({ name: entry.name, path: relative(folder, join(entry.parentPath, entry.name)) }))
    .filter(({ path }) => !/(^|\/)(data|libs|plugins|share)\//.test(path))
    .filter(({ name }) => name === "lock" || name.endsWith(".new") || /^\.(postgres|servers)-/.test(name))
    .map(({ path }) => `file ${path}`);
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended by itself.
  }
}

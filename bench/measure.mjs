import { spawn } from "node:child_process";
import { performance } from "node:perf_hooks";
import { createInterface } from "node:readline";

const children = new Set();
let interrupted = false;

/** Ends what runs now, and lets nothing but clean-up start any more. */
export function interrupt() {
  interrupted = true;
  // Each is the leader of a group of its own: what it waits for (mvn, initdb) hears of it too.
  for (const child of children) process.kill(-child.pid, "SIGTERM");
}

/**
 * Runs a command and takes its time, from the start to its end or to the line `until`. Throws where it fails.
 * @returns the time in milliseconds, stdout, and when each of its lines came
 */
export async function measure(
  command,
  args,
  { env = process.env, cwd, until, allowedCodes = [0], isCleanUp = false } = {},
) {
  if (interrupted && !isCleanUp) throw new Error("interrupted");
  const startedMs = performance.now();
  const child = spawn(command, args, { env, cwd, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  children.add(child);
  const lines = [];
  const errors = [];
  const elapsed = () => performance.now() - startedMs;
  createInterface(child.stdout).on("line", (text) => lines.push({ text, ms: elapsed() }));
  createInterface(child.stderr).on("line", (text) => errors.push(text));
  let endedMs = 0;
  child.once("exit", () => (endedMs = elapsed()));
  try {
    const code = await new Promise((resolve, reject) => {
      child.once("close", (status, signal) => resolve(status ?? signal));
      child.once("error", reject);
    });
    if (interrupted && !isCleanUp) throw new Error("interrupted");
    if (!allowedCodes.includes(code))
      throw failure(command, args, code, [...lines.map(({ text }) => text), ...errors]);
  } finally {
    children.delete(child);
  }
  const last = lines.find(({ text }) => text === until);
  return { ms: last?.ms ?? endedMs, lines, stdout: lines.map(({ text }) => text).join("\n") };
}

function failure(command, args, code, output) {
  return new Error(`${[command, ...args].join(" ")} ended with ${code}:\n${output.slice(-60).join("\n")}`);
}

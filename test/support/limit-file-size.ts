import { execFileSync } from "node:child_process";

import type { Reporter } from "../../src/progress.js";

/** Without a listener, a file that would grow too large ends the process, where a full disk is an error. */
const ignore = (): void => undefined;

/** Lets no file of this process, nor of those that it starts, grow beyond a size; `unlimited` lifts that. */
export function limitFileSize(bytes: number | "unlimited"): void {
  if (!process.listeners("SIGXFSZ").includes(ignore)) process.on("SIGXFSZ", ignore);
  // The soft limit alone: anybody may lift that again.
  execFileSync("prlimit", ["--pid", String(process.pid), `--fsize=${bytes}:`]);
}

/** A disk that is full while one step works: files cannot grow, for root as for anybody. */
export function fullDiskDuring(step: RegExp, bytes: number): Reporter {
  return (event) => {
    if (event.type === "step-start" && step.test(event.step)) limitFileSize(bytes);
    if (event.type === "step-end") limitFileSize("unlimited");
  };
}

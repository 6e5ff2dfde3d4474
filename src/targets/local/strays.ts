import { readdir } from "node:fs/promises";
import { join } from "node:path";

import { execa } from "execa";

import { type ServerName, SERVERS, STOP_ORDER } from "../target.js";
import { type Layout, logFile, serverDir } from "./layout.js";
import { STOP } from "./local-server.js";
import { commandOf, identify, type ProcessIdentity } from "./process-identity.js";
import { stopProcess } from "./server-process.js";

/** A server of this directory that runs though no state names it: the state file was lost, or cannot be read. */
export interface Stray {
  readonly server: ServerName;
  readonly process: ProcessIdentity;
}

/** Told by what no other process is started with: the data folder, or the log, of this very directory. */
export async function findStrays(layout: Layout): Promise<Stray[]> {
  const strays: Stray[] = [];
  for (const [pid, command] of await listCommands()) {
    const server = SERVERS.find((name) => `${command} `.includes(` ${signOf(layout, name)} `));
    const identity = server === undefined ? undefined : await identify(pid);
    if (server !== undefined && identity !== undefined) strays.push({ server, process: identity });
  }
  return strays;
}

/** Ends them in the order of `down`. @returns those that were ended */
export async function stopStrays(layout: Layout): Promise<Stray[]> {
  const strays = await findStrays(layout);
  const ordered = STOP_ORDER.flatMap((server) => strays.filter((stray) => stray.server === server));
  for (const stray of ordered) await stopProcess(stray.process, STOP[stray.server]);
  return ordered;
}

function signOf(layout: Layout, server: ServerName): string {
  return server === "postgres"
    ? `-D ${join(serverDir(layout, server), "data")}`
    : `-Dcdc.log=${logFile(layout, server)}`;
}

async function listCommands(): Promise<(readonly [pid: number, command: string])[]> {
  if (process.platform === "linux") {
    const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
    return Promise.all(pids.map(async (pid) => [pid, await commandOf(pid)] as const));
  }
  const { stdout } = await execa("ps", ["-A", "-ww", "-o", "pid=,command="], { reject: false });
  return stdout.split("\n").map((line) => {
    const [, pid = "0", command = ""] = /^\s*(\d+)\s+(.*)$/.exec(line) ?? [];
    return [Number(pid), command] as const;
  });
}

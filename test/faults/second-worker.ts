import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import type { ProcessIdentity } from "../../src/targets/local/process-identity.js";
import { startProcess, stopProcess } from "../../src/targets/local/server-process.js";
import { findServiceUser } from "../../src/targets/local/service-user.js";
import { notYet, ready } from "../../src/wait/wait-until.js";
import { freePort } from "../support/free-port.js";
import { until } from "../support/until.js";
import type { Stack } from "./stack.js";

export interface SecondWorker {
  /** As Kafka Connect names the worker that runs a task. */
  readonly id: string;
  readonly url: string;
  kill(): Promise<void>;
}

/** Another worker in the group of the stack's own, started as that was, on a port of its own; killed in the end. */
export async function withSecondWorker<T>(
  stack: Stack,
  work: (second: SecondWorker) => Promise<T>,
): Promise<T> {
  const id = `127.0.0.1:${await freePort()}`;
  const identity = await startBeside(stack, id);
  const kill = async () => {
    await stopProcess(identity, { signal: "SIGKILL", graceMs: 10_000 });
  };
  try {
    await until(`the second worker is in the group`, () => answers(`http://${id}/connectors`), 60_000);
    return await work({ id, url: `http://${id}`, kill });
  } finally {
    await kill();
  }
}

async function startBeside(stack: Stack, id: string): Promise<ProcessIdentity> {
  const { folder, stateDir } = stack.workspace;
  const [pid = 0] = await stack.processesOf("connect");
  const [command = "", ...args] = (await readFile(`/proc/${pid}/cmdline`, "utf8")).split("\0").slice(0, -1);
  const settings = await readFile(args.at(-1) ?? "", "utf8");
  const own = join(folder, "second-worker.properties");
  const log = join(stateDir, "logs", "second-worker.log");
  await writeFile(own, settings.replaceAll(new URL(stack.connectUrl).port, id.split(":")[1] ?? ""));
  return startProcess({
    command,
    args: [...args.slice(0, -1).map((arg) => arg.replace(/^-Dcdc\.log=.*/, `-Dcdc.log=${log}`)), own],
    cwd: join(stateDir, "connect"),
    env: { PATH: process.env.PATH ?? "" },
    logFile: join(stateDir, "logs", "second-worker.out"),
    user: await findServiceUser(),
  });
}

async function answers(url: string) {
  try {
    const { ok, status } = await fetch(url);
    return ok ? ready(undefined) : notYet(`it answers ${status}`);
  } catch (error) {
    return notYet((error as Error).message);
  }
}

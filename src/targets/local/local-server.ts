import type { Context } from "../../context.js";
import { CdcError } from "../../errors.js";
import type { StepOutcome } from "../../run-stage.js";
import { outcome } from "../../run-stage.js";
import { notYet, type Probe, waitUntil } from "../../wait/wait-until.js";
import type { ServerName } from "../target.js";
import type { ChosenPort } from "./ports.js";
import { isAlive, type ProcessIdentity } from "./process-identity.js";
import { logSize, type ProcessSpec, startProcess, stopProcess, tailLog } from "./server-process.js";
import type { StateStore } from "./state.js";

/** One server of the local target: how it is made ready, started, asked and stopped. */
export interface LocalServer extends ChosenPort {
  readonly server: ServerName;
  /** As steps show it: `Kafka 4.3.1`. */
  readonly title: string;
  /** What else a step says of it. */
  readonly detail?: string;
  /** Changes when the server would be started differently; a running one is then started again. */
  readonly fingerprint: string;
  readonly logFile: string;
  /** How it is started; finds its programs first, and only then. */
  process(): Promise<ProcessSpec>;
  /** Makes the data directory and writes the settings; only called while the server is down. */
  writeFiles(): Promise<void>;
  /** Whether it answers, and is the one with our data. */
  probe(): Promise<Probe<void>>;
}

/** How each server is asked to end; Postgres' SIGINT is its fast shutdown. A JVM may write its class archive. */
export const STOP: Readonly<Record<ServerName, { signal: NodeJS.Signals; graceMs: number }>> = {
  // Its last checkpoint writes all that is not on the disk yet.
  postgres: { signal: "SIGINT", graceMs: 120_000 },
  kafka: { signal: "SIGTERM", graceMs: 45_000 },
  connect: { signal: "SIGTERM", graceMs: 45_000 },
};

/** Brings one server up: leaves it alone when it runs as it should, else starts it and waits until it answers. */
export async function ensureServer(
  server: LocalServer,
  store: StateStore,
  context: Context,
  update: (message: string) => void,
): Promise<StepOutcome<void>> {
  const record = store.state.servers[server.server];
  const isRunning = record !== undefined && (await isAlive(record.process));
  const detail = [`port ${server.port}`, ...(server.detail === undefined ? [] : [server.detail])].join(", ");
  if (isRunning && record.fingerprint === server.fingerprint) {
    await waitForAnswer(server, record.process, 0, context, update);
    return outcome("unchanged", detail);
  }
  if (isRunning) await stopProcess(record.process, STOP[server.server]);
  store.setServer(server.server, undefined);
  const spec = await server.process();
  await server.writeFiles();
  context.signal.throwIfAborted();
  context.report({ type: "debug", message: `$ ${[spec.command, ...spec.args].join(" ")}` });
  const logStart = await logSize(server.logFile);
  const identity = await startProcess(spec);
  const { port, requestedPort, fingerprint } = server;
  store.setServer(server.server, { process: identity, port, requestedPort, fingerprint });
  try {
    await waitForAnswer(server, identity, logStart, context, update);
  } catch (error) {
    // Nothing half-started stays behind: what never answered is ended.
    await stopProcess(identity, STOP[server.server]);
    store.setServer(server.server, undefined);
    throw error;
  }
  return outcome(isRunning ? "updated" : "started", isRunning ? `${detail}, settings changed` : detail);
}

/** @param logStart how long the log was before the process was started: what stands there is not its own */
async function waitForAnswer(
  server: LocalServer,
  identity: ProcessIdentity,
  logStart: number,
  context: Context,
  update: (message: string) => void,
): Promise<void> {
  await waitUntil({
    intervalMs: 50,
    ...context,
    onReason: update,
    probe: async () => {
      const answer = await server.probe();
      if (answer.ready || (await isAlive(identity))) return answer;
      throw serverDied(server, await tailLog(server.logFile, 15, logStart));
    },
    onTimeout: (reason) =>
      new CdcError("SERVER_NOT_READY", `${server.title} does not answer on port ${server.port}: ${reason}`, {
        hint: `cdc-pipeline logs ${server.server}; more time: --timeout SECONDS`,
      }),
  });
}

function serverDied({ title, logFile }: LocalServer, lastLines: string): CdcError {
  const said =
    lastLines === "" ? " It wrote nothing to its log." : ` The last lines of its log:\n${lastLines}`;
  return new CdcError("SERVER_DIED", `${title} ended while it was starting.${said}`, {
    hint: `the whole log: ${logFile}`,
  });
}

/** A probe's failure as a reason to go on waiting. */
export function reasonOf(error: unknown): Probe<never> {
  const message = error instanceof Error ? error.message : String(error);
  return notYet(message.includes("ECONNREFUSED") ? "it does not listen yet" : message);
}

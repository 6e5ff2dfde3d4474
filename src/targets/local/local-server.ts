import type { Context } from "../../context.js";
import { CdcError } from "../../errors.js";
import type { StepOutcome } from "../../run-stage.js";
import { outcome } from "../../run-stage.js";
import { notYet, type Probe, waitUntil } from "../../wait/wait-until.js";
import type { ServerName } from "../target.js";
import { isFileError, notWritable } from "./not-writable.js";
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
  /** Whether it answers, and is the one with our data; aborted, it waits for no answer any more. */
  probe(signal?: AbortSignal): Promise<Probe<void>>;
  /** Of a reason of `probe`: the server ends, and takes nobody in any more. */
  isEnding?(reason: string): boolean;
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
  const detail = [`port ${server.port}`, ...(server.detail === undefined ? [] : [server.detail])].join(", ");
  const isKept = record?.fingerprint === server.fingerprint;
  if (record !== undefined && isKept && (await staysUp(server, record.process, context, update))) {
    return outcome("unchanged", detail);
  }
  const isChanged = record !== undefined && !isKept && (await isAlive(record.process));
  if (record !== undefined) await stopProcess(record.process, STOP[server.server]);
  store.setServer(server.server, undefined);
  const spec = await server.process();
  await server.writeFiles().catch((error: unknown) => {
    throw isFileError(error) ? notWritable(`write the files of ${server.title}`, error) : error;
  });
  context.signal.throwIfAborted();
  context.report({ type: "debug", message: `$ ${[spec.command, ...spec.args].join(" ")}` });
  const logStart = await logSize(server.logFile);
  const identity = await startProcess(spec);
  const { port, requestedPort, fingerprint } = server;
  try {
    // Where the disk is full this fails, and a server that no state names would be nobody's.
    store.setServer(server.server, { process: identity, port, requestedPort, fingerprint });
    const end = async () => serverDied(server, await tailLog(server.logFile, 15, logStart));
    await waitForAnswer(server, identity, end, context, update);
  } catch (error) {
    // Nothing half-started stays behind: what never answered is ended.
    await stopProcess(identity, STOP[server.server]);
    store.setServer(server.server, undefined);
    throw error;
  }
  return outcome(isChanged ? "updated" : "started", isChanged ? `${detail}, settings changed` : detail);
}

/**
 * Whether a server that was started earlier goes on: false where it ended, or does so while it is asked. Of a
 * PostgreSQL that was told to end by SIGTERM the latter lasts until the last client has left, and Debezium never does.
 */
async function staysUp(
  server: LocalServer,
  identity: ProcessIdentity,
  context: Context,
  update: (message: string) => void,
): Promise<boolean> {
  if (!(await isAlive(identity))) return false;
  try {
    await waitForAnswer(server, identity, () => Promise.resolve(new Ended()), context, update);
    return true;
  } catch (error) {
    if (error instanceof Ended) return false;
    throw error;
  }
}

class Ended extends Error {}

/** @param endOf what is thrown where the server ends instead */
async function waitForAnswer(
  server: LocalServer,
  identity: ProcessIdentity,
  endOf: () => Promise<Error>,
  context: Context,
  update: (message: string) => void,
): Promise<void> {
  await waitUntil({
    intervalMs: 50,
    ...context,
    onReason: update,
    probe: async () => {
      const answer = await server.probe(context.signal);
      if (answer.ready) return answer;
      context.signal.throwIfAborted();
      const isEnding = server.isEnding?.(answer.reason) === true;
      if (isEnding || !(await isAlive(identity))) throw await endOf();
      return answer;
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

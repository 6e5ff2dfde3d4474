import { Readable } from "node:stream";

import * as z from "zod";

import { CdcError } from "../../errors.js";
import { apiFailure } from "./api-failure.js";
import type { Login } from "./api-login.js";
import { parseStatus } from "./api-status.js";
import type { ContainerReference, ExecOptions, ExecResult } from "./cluster.js";
import { openPodSocket, sendPiece, UpgradeRefused } from "./pod-socket.js";
import { unreachable } from "./unreachable.js";

const [STDIN, STDOUT, STDERR, STATUS, CLOSE] = [0, 1, 2, 3, 255];
/** Only this version can tell the end of the input. */
const WITH_CLOSE = "v5.channel.k8s.io";

export interface PodScope {
  readonly server: string;
  readonly login: Login;
  readonly context: string;
  readonly namespace: string;
  readonly signal: AbortSignal;
}

const exitStatus = z.object({
  status: z.string(),
  message: z.string().default(""),
  details: z
    .object({
      causes: z
        .array(z.object({ reason: z.string().default(""), message: z.string().default("") }))
        .default([]),
    })
    .default({ causes: [] }),
});

/** Runs a command in a container, to its end. An abort ends the connection, not always the command. */
export async function execInPod(
  scope: PodScope,
  reference: ContainerReference,
  command: readonly string[],
  { stdin, holdsStdin = false, onStdout, onStderr, signal = scope.signal }: ExecOptions,
): Promise<ExecResult> {
  const { pod, namespace = scope.namespace, container } = reference;
  const hasStdin = stdin !== undefined || holdsStdin;
  const query = new URLSearchParams({ stdout: "true", stderr: "true", stdin: String(hasStdin) });
  if (container !== undefined) query.set("container", container);
  for (const word of command) query.append("command", word);
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/exec?${query.toString()}`;

  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  const told: Buffer[] = [];
  let failed: unknown;
  let working: Promise<void> = Promise.resolve();
  const socketOpened = openPodSocket({
    ...scope,
    path,
    signal,
    protocols: !hasStdin ? [WITH_CLOSE, "v4.channel.k8s.io"] : [WITH_CLOSE],
    onMessage(channel, piece) {
      if (channel === STDERR) {
        stderr.push(piece);
        onStderr?.(piece);
      }
      if (channel === STATUS) told.push(piece);
      else if (channel === STDOUT && onStdout === undefined) stdout.push(piece);
      else if (channel === STDOUT) take(piece);
    },
  });
  /** Pieces are handed over one after the other; the socket waits meanwhile. */
  function take(piece: Buffer): void {
    working = working.then(async () => {
      if (failed !== undefined) return;
      try {
        const taken = onStdout?.(piece);
        if (taken === undefined) return;
        const socket = await socketOpened;
        socket.pause();
        await taken;
        socket.resume();
      } catch (error) {
        failed = error;
        (await socketOpened).terminate();
      }
    });
  }

  const title = `${command[0] ?? ""} in pod ${pod}`;
  const socket = await socketOpened.catch((error: unknown) => {
    signal.throwIfAborted();
    if (error instanceof UpgradeRefused) {
      throw apiFailure(parseStatus(error.status, error.body), { what: `run ${title}`, ...scope, namespace });
    }
    throw unreachable(scope.server, error).error;
  });
  const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  if (stdin !== undefined) {
    const input = typeof stdin === "string" ? Readable.from([Buffer.from(stdin)]) : stdin;
    try {
      for await (const piece of input) await sendPiece(socket, STDIN, Buffer.from(piece as Buffer));
      if (socket.readyState === socket.OPEN) socket.send(Buffer.from([CLOSE, STDIN]));
    } catch (error) {
      failed = error;
      socket.terminate();
    }
  }
  await closed;
  await working;
  if (failed !== undefined) throw failed as Error;
  signal.throwIfAborted();
  return {
    exitCode: readExitCode(Buffer.concat(told).toString("utf8"), title, pod),
    stdout: Buffer.concat(stdout).toString("utf8"),
    stderr: Buffer.concat(stderr).toString("utf8"),
  };
}

function readExitCode(told: string, title: string, pod: string): number {
  if (told === "") {
    throw new CdcError("POD_COMMAND_FAILED", `the connection broke before the end of ${title} was told`, {
      hint: `what it did until then is not known; see whether the pod runs: kubectl describe pod ${pod}`,
    });
  }
  const { status, message, details } = exitStatus.parse(JSON.parse(told));
  if (status === "Success") return 0;
  const code = details.causes.find(({ reason }) => reason === "ExitCode")?.message;
  if (code !== undefined) return Number(code);
  throw new CdcError("POD_COMMAND_FAILED", `could not run ${title}: ${message}`, {
    hint: `kubectl describe pod ${pod}`,
  });
}

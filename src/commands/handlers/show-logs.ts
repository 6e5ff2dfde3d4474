import { createReadStream, unwatchFile, watchFile } from "node:fs";
import { open, stat } from "node:fs/promises";
import { StringDecoder } from "node:string_decoder";

import type { Handler } from "../../cli/command.js";
import { CdcError } from "../../errors.js";
import { createTarget } from "../../targets/index.js";
import { type ServerName, SERVERS } from "../../targets/target.js";

interface LogArguments {
  readonly server?: string | undefined;
  readonly lines: number;
  readonly follow?: boolean | undefined;
  readonly json?: boolean | undefined;
}

/** Enough for a few hundred lines of a Java log. */
const TAIL_BYTES = 512 * 1024;
const LOOK_EVERY_MS = 250;

export const showLogs: Handler<LogArguments> = async (
  { server, lines, follow, json },
  { config, context, print },
) => {
  if (!Number.isInteger(lines) || lines < 0) {
    throw new CdcError("USAGE", `--lines must be a whole number, not ${lines}`, {
      hint: "cdc-pipeline logs --help",
    });
  }
  const target = await createTarget(config);
  const servers = SERVERS.filter((name) => server === undefined || name === server);
  if (follow === true && json === true) {
    throw new CdcError("USAGE", "--follow has no end, and --json prints one document", {
      hint: "leave one of them out",
    });
  }
  if (follow === true && servers.length > 1) {
    throw new CdcError("USAGE", "--follow follows one log", {
      hint: `cdc-pipeline logs ${SERVERS.join("|")} --follow`,
    });
  }
  const logs: Record<string, { file: string; lines: string[] }> = {};
  for (const name of servers) {
    const file = await target.logFile(name);
    logs[name] = { file, lines: await lastLines(file, lines) };
  }
  const [only] = servers;
  if (follow === true && only !== undefined) {
    const { file = "", lines: shown = [] } = logs[only] ?? {};
    print(shown.map((line) => `${line}\n`).join(""));
    await followFile(file, context.signal, print);
    return { fields: {}, text: "" };
  }
  return { fields: { logs }, text: renderLogs(servers, logs) };
};

function renderLogs(
  servers: readonly ServerName[],
  logs: Readonly<Record<string, { file: string; lines: string[] }>>,
): string {
  return servers
    .map((name) => {
      const { file = "", lines = [] } = logs[name] ?? {};
      return servers.length === 1 ? lines.join("\n") : [`==> ${name}: ${file}`, ...lines].join("\n");
    })
    .join("\n\n");
}

async function lastLines(file: string, count: number): Promise<string[]> {
  if (count === 0) return [];
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    const start = Math.max(0, size - TAIL_BYTES);
    const buffer = Buffer.alloc(size - start);
    await handle.read(buffer, 0, buffer.length, start);
    return buffer.toString("utf8").trimEnd().split("\n").slice(-count);
  } finally {
    await handle.close();
  }
}

/** Prints what is added to a file until the signal aborts; starts over when the file was rotated. */
async function followFile(file: string, signal: AbortSignal, print: (text: string) => void): Promise<void> {
  let { size: position } = await stat(file);
  let reading = Promise.resolve();
  const readMore = async (size: number) => {
    if (size < position) position = 0;
    if (size === position) return;
    const decoder = new StringDecoder("utf8");
    for await (const chunk of createReadStream(file, { start: position, end: size - 1 })) {
      print(decoder.write(chunk as Buffer));
    }
    position = size;
  };
  watchFile(file, { interval: LOOK_EVERY_MS }, ({ size }) => {
    reading = reading.then(() => readMore(size)).catch(() => undefined);
  });
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
  unwatchFile(file);
  await reading;
}

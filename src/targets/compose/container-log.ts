import { execa } from "execa";

import type { LogOptions, ServerLog } from "../target.js";
import type { Container } from "./containers.js";

/** What a container has printed, on both streams, and with `follow` what it prints until the signal aborts. */
export function readContainerLog(
  { id, name }: Container,
  { lines, follow }: LogOptions,
  signal: AbortSignal,
): ServerLog {
  return { source: `container ${name}`, pieces: read(id, lines, follow, signal) };
}

async function* read(
  id: string,
  lines: number,
  follow: boolean,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const args = ["logs", "--tail", String(lines), ...(follow ? ["--follow"] : []), id];
  const command = execa("docker", args, {
    all: true,
    buffer: false,
    reject: false,
    stdin: "ignore",
    stripFinalNewline: false,
    cancelSignal: signal,
  });
  for await (const piece of command.iterable({ from: "all", preserveNewlines: true })) yield piece;
  await command;
}

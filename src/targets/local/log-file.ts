import { createReadStream, unwatchFile, watchFile } from "node:fs";
import { open } from "node:fs/promises";
import { StringDecoder } from "node:string_decoder";

import type { LogOptions } from "../target.js";

/** Enough for a few hundred lines of a Java log. */
const TAIL_BYTES = 512 * 1024;
const LOOK_EVERY_MS = 250;

/** The last lines of a file, then what is added to it until the signal aborts; starts over when it was rotated. */
export async function* readLogFile(
  file: string,
  { lines, follow }: LogOptions,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const { text, size } = await lastLines(file, lines);
  yield text;
  if (!follow) return;
  let position = size;
  for await (const length of watchLength(file, signal)) {
    if (length < position) position = 0;
    if (length === position) continue;
    const decoder = new StringDecoder("utf8");
    for await (const chunk of createReadStream(file, { start: position, end: length - 1 })) {
      yield decoder.write(chunk as Buffer);
    }
    position = length;
  }
}

async function lastLines(file: string, count: number): Promise<{ text: string; size: number }> {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    const start = Math.max(0, size - TAIL_BYTES);
    const buffer = Buffer.alloc(size - start);
    await handle.read(buffer, 0, buffer.length, start);
    const all = buffer.toString("utf8").trimEnd().split("\n");
    const text = count === 0 ? "" : `${all.slice(-count).join("\n")}\n`;
    return { text, size };
  } finally {
    await handle.close();
  }
}

/** The file's length in bytes, each time it has changed. */
async function* watchLength(file: string, signal: AbortSignal): AsyncGenerator<number> {
  let length: number | undefined;
  let wake: () => void = () => undefined;
  const listener = ({ size }: { size: number }) => {
    length = size;
    wake();
  };
  const onAbort = () => wake();
  watchFile(file, { interval: LOOK_EVERY_MS }, listener);
  signal.addEventListener("abort", onAbort);
  try {
    while (!signal.aborted) {
      if (length === undefined) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        continue;
      }
      const seen = length;
      length = undefined;
      yield seen;
    }
  } finally {
    signal.removeEventListener("abort", onAbort);
    unwatchFile(file, listener);
  }
}

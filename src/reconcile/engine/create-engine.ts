import { existsSync } from "node:fs";

import { createThreadEngine } from "./create-thread-engine.js";
import type { Engine, EngineOptions } from "./engine.js";
import { WorkerEngine } from "./worker-engine.js";

/** Fewer events and rows are done sooner than a thread has begun. */
const WORKER_FROM = 50_000;

/** An engine, in a thread of its own where there is much to do; the caller closes it. */
export function createEngine(options: EngineOptions): Promise<Engine> {
  // Beside this file in the library and beside the bundle; there is none where the sources are run as they are.
  const file = new URL("./engine-worker.js", import.meta.url);
  const engine =
    options.expected >= WORKER_FROM && existsSync(file)
      ? new WorkerEngine(file, options)
      : createThreadEngine(options);
  return Promise.resolve(engine);
}

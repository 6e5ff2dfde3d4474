import { codecOf } from "../columns/codec-of.js";
import type { Engine, EngineOptions } from "./engine.js";
import { ThreadEngine } from "./thread-engine.js";

/** An engine; the caller closes it. */
export function createEngine(options: EngineOptions): Promise<Engine> {
  return Promise.resolve(new ThreadEngine(options, codecOf));
}

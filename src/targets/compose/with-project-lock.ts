import { join } from "node:path";

import envPaths from "env-paths";

import type { Config } from "../../config/config.js";
import type { Context } from "../../context.js";
import { makeFolder } from "../local/cache.js";
import { withLock } from "../local/lock.js";

/** Runs `work` while no other run of this user works on the same project, from whichever directory. */
export async function withProjectLock<T>(
  { cacheDir, compose }: Config,
  context: Context,
  work: () => Promise<T>,
): Promise<T> {
  const cache = cacheDir ?? envPaths("cdc-pipeline", { suffix: "" }).cache;
  const folder = join(cache, "compose", compose.project);
  await makeFolder(folder);
  return withLock(folder, context, work);
}

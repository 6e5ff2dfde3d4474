import { chmod, cp, mkdtemp, readdir, rm, truncate } from "node:fs/promises";
import { dirname, join } from "node:path";

import { planLayout } from "../../src/targets/local/layout.js";
import { findServiceUser } from "../../src/targets/local/service-user.js";
import type { Seen } from "./fault.js";
import type { Scene } from "./scene.js";

/** `up` with a cache of its own, in which a jar is cut off, and which goes again: Kafka Connect then starts from the user's. */
export async function upWithCutOffJar(scene: Scene): Promise<Seen> {
  const { workspace } = scene.stack;
  const cache = await mkdtemp(join(dirname(workspace.folder), "cdc-pipeline-faults-cache-"));
  try {
    await chmod(cache, 0o755);
    await copyJars(workspace.stateDir, cache);
    const files = await readdir(cache, { recursive: true });
    const jar = files.find((name) => /debezium-connector-postgres-[^/]+\.jar$/.test(name));
    if (jar === undefined) throw new Error(`no connector in ${cache}`);
    await truncate(join(cache, jar), 10_000);
    await scene.stack.kill("connect");
    const seen = await scene.up({ timeoutS: 180, env: { CDC_PIPELINE_CACHE_DIR: cache } });
    if (seen.sight === "nothing") await scene.stack.kill("connect");
    await scene.captured();
    return seen;
  } finally {
    await rm(cache, { recursive: true, force: true });
  }
}

async function copyJars(stateDir: string, to: string): Promise<void> {
  const { cacheDir } = await planLayout(stateDir, undefined, await findServiceUser());
  const folders = (await readdir(cacheDir)).filter((name) => name.startsWith("servers-"));
  for (const name of folders) await cp(join(cacheDir, name), join(to, name), { recursive: true });
}

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { measure } from "./measure.mjs";

export const CLI = fileURLToPath(new URL("../dist/bin/cdc-pipeline.js", import.meta.url));

/** The ports of the local target's servers, kept clear of its own defaults. */
export function findLocalPorts() {
  const portOf = (server, standard) => Number(process.env[`CDC_PIPELINE_LOCAL_${server}_PORT`] ?? standard);
  return {
    postgres: portOf("POSTGRES", 25_432),
    kafka: portOf("KAFKA", 29_092),
    connect: portOf("CONNECT", 28_083),
  };
}

/**
 * The program with a working directory, a cache and ports of its own; nothing of the caller's settings.
 * @param settings further variables
 */
export async function createProgram(root, ports, settings = {}) {
  const folder = join(root, "program");
  const cacheDir = join(root, "cache");
  await mkdir(folder, { recursive: true });
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("CDC_PIPELINE_"));
  const baseEnv = {
    ...Object.fromEntries(inherited),
    CDC_PIPELINE_CACHE_DIR: cacheDir,
    CDC_PIPELINE_LOCAL_POSTGRES_PORT: String(ports.postgres),
    CDC_PIPELINE_LOCAL_KAFKA_PORT: String(ports.kafka),
    CDC_PIPELINE_LOCAL_CONNECT_PORT: String(ports.connect),
    ...settings,
  };
  const run = (args, { env = {}, ...options } = {}) =>
    measure(process.execPath, [CLI, ...args], { env: { ...baseEnv, ...env }, cwd: folder, ...options });
  return {
    cacheDir,
    run,
    /** @returns the time and that of each stage and step, as the program tells them itself */
    async up(env) {
      const { ms, stdout } = await run(["up", "mykart", "--json"], { env });
      const { stages } = JSON.parse(stdout);
      return { ms, stages };
    },
    /** Stops everything and removes the data; the cache stays. */
    async down() {
      await run(["down", "--purge", "--yes"], { isCleanUp: true });
    },
    help: () => run(["--help"]),
  };
}

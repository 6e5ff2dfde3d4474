import type { Config } from "../config/config.js";
import type { Target } from "./target.js";

/** The only list of targets; each is loaded when it is used. */
const TARGETS: Readonly<Record<Config["target"], (config: Config) => Promise<Target>>> = {
  local: async (config) => (await import("./local/local.js")).createLocalTarget(config),
  compose: async (config) => (await import("./compose/compose.js")).createComposeTarget(config),
  k8s: async (config) => (await import("./k8s/k8s.js")).createK8sTarget(config),
  external: async (config) => (await import("./external/external.js")).createExternalTarget(config),
};

/** Runs `work` with the configured target, and lets go of it afterwards. The addresses it gave may end with it. */
export async function withTarget<T>(config: Config, work: (target: Target) => Promise<T>): Promise<T> {
  const target = await TARGETS[config.target](config);
  try {
    return await work(target);
  } finally {
    await target.close();
  }
}

import type { Config } from "../config/config.js";
import type { Target } from "./target.js";

/** The only list of targets; each is loaded when it is used. */
const TARGETS: Readonly<Record<Config["target"], (config: Config) => Promise<Target>>> = {
  local: async (config) => (await import("./local/local.js")).createLocalTarget(config),
  external: async (config) => (await import("./external/external.js")).createExternalTarget(config),
};

export function createTarget(config: Config): Promise<Target> {
  return TARGETS[config.target](config);
}

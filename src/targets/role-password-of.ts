import type { Config } from "../config/config.js";
import type { Context } from "../context.js";
import type { Deployment } from "./target.js";

/** The password of Debezium's role: what the configuration sets, else what the servers keep, else the default. */
export async function rolePasswordOf(
  { debezium, given }: Pick<Config, "debezium" | "given">,
  { keptPassword }: Deployment,
  { hide }: Context,
): Promise<string> {
  if (keptPassword === undefined || given.has("debezium.password")) return debezium.password;
  const kept = await keptPassword();
  if (kept === undefined) return debezium.password;
  hide?.(kept);
  return kept;
}

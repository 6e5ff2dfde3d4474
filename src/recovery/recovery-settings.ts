import type { RestorePlan } from "./plan-restore.js";

/** The settings with which PostgreSQL recovers as planned, by name; it needs `recovery.signal` beside them. */
export function recoverySettings(
  { target, timeline }: RestorePlan,
  restoreCommand: string,
): Record<string, string> {
  return {
    restore_command: restoreCommand,
    recovery_target_timeline: String(timeline),
    ...(target.kind === "time" ? { recovery_target_time: target.text } : {}),
    ...(target.kind === "lsn" ? { recovery_target_lsn: target.text } : {}),
    // Without a target, recovery ends with the last WAL there is, and needs no action.
    ...(target.kind === "latest" ? {} : { recovery_target_action: "promote" }),
    hot_standby: "on",
  };
}

import type { ChangeDocument } from "./describe-change.js";
import { printableLine } from "./printable.js";

/** `2026-11-25T05:14:54.104Z shop-connector task 0: RUNNING -> FAILED: no route to host` */
export function renderChange({ time, connector, task, before, after, reason }: ChangeDocument): string {
  const because = reason === null ? "" : `: ${reason}`;
  if (connector === null) {
    const what = after === "AWAY" ? "Kafka Connect does not answer" : "Kafka Connect answers again";
    return printableLine(`${time} ${what}${because}`);
  }
  const what = task === null ? connector : `${connector} task ${task}`;
  return printableLine(`${time} ${what}: ${before ?? "new"} -> ${after ?? "gone"}${because}`);
}

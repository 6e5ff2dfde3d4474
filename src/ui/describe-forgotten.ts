import type { Forgotten } from "../teardown/forget/forget.js";
import { describeReleased } from "./describe-released.js";

/** What `forget` adds to the `--json` document. */
export function describeForgotten(databases: readonly string[], { released, topics }: Forgotten) {
  const { droppedSlots } = describeReleased({ result: "nothing", released, foreignSlots: [] });
  return { forgotten: databases, droppedSlots, deletedTopics: topics };
}

export type ForgottenDocument = ReturnType<typeof describeForgotten>;

import { newestMessage } from "./events.js";
import { type ClaimFacts, explainClaims } from "./explain-claims.js";
import { explainContainer } from "./explain-container.js";
import { oneLine, passing, type Reason } from "./reason.js";
import type { Pod } from "./shapes.js";

/** Why a pod is not ready, with its name; undefined is a pod that is. */
export function explainPod(pod: Pod, facts: ClaimFacts): Reason | undefined {
  const { name } = pod.metadata;
  const reason = findReason(pod, facts);
  return reason === undefined ? undefined : { ...reason, text: `pod ${name}: ${reason.text}`, pod: name };
}

function findReason(pod: Pod, facts: ClaimFacts): Reason | undefined {
  const { metadata, status } = pod;
  if (metadata.deletionTimestamp !== undefined) return passing("it is being deleted");
  if (status.phase === "Failed" && status.reason !== "") {
    const verb = status.reason === "Evicted" ? "was evicted" : `failed (${status.reason})`;
    return passing(`it ${verb}${status.message === "" ? "" : `: ${oneLine(status.message)}`}`);
  }
  const scheduled = condition(pod, "PodScheduled");
  if (scheduled?.status === "False") {
    const claims = explainClaims(pod, facts);
    if (claims !== undefined) return claims;
    return passing(`it cannot be scheduled: ${oneLine(scheduled.message || scheduled.reason)}`);
  }
  for (const init of status.initContainerStatuses) {
    const reason = explainContainer(pod, init, facts.events, true);
    if (reason !== undefined) return reason;
  }
  for (const container of status.containerStatuses) {
    const reason = explainContainer(pod, container, facts.events, false);
    if (reason !== undefined) return reason;
  }
  if (condition(pod, "Ready")?.status === "True") return undefined;
  const trouble = newestMessage(facts.events, metadata.uid, "FailedMount", "FailedCreatePodSandBox");
  return passing(trouble === undefined ? `it is ${status.phase.toLowerCase()}` : oneLine(trouble));
}

const condition = ({ status }: Pod, type: string) =>
  status.conditions.find((candidate) => candidate.type === type);

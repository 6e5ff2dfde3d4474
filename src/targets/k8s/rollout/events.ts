import type { ClusterEvent } from "./shapes.js";

/** The message of the newest event of an object with one of the reasons. */
export function newestMessage(
  events: readonly ClusterEvent[],
  uid: string,
  ...reasons: readonly string[]
): string | undefined {
  return events
    .filter((event) => event.involvedObject.uid === uid && reasons.includes(event.reason))
    .toSorted((one, other) => timeOf(other).localeCompare(timeOf(one)))
    .map(({ message }) => message ?? "")
    .find((message) => message !== "");
}

const timeOf = ({ lastTimestamp, eventTime, metadata }: ClusterEvent): string =>
  lastTimestamp ?? eventTime ?? metadata.creationTimestamp ?? "";

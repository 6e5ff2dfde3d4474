import { withTopicReader } from "../../clients/kafka/with-topics-reader.js";
import { notYet } from "../../wait/wait-until.js";
import { findTopic } from "./find-topic.js";
import { type Judgement, judgeSights } from "./judge-sights.js";
import type { WrittenProbe } from "./probe.js";
import type { ProbeOptions } from "./probe-options.js";
import { Sightings } from "./sightings.js";
import { waitForEvent } from "./wait-for-event.js";

/** A probe and how it was proved. */
export interface ProvedProbe {
  readonly written: WrittenProbe;
  readonly judgement: Judgement;
}

/** Reads the topic of the probes while it is open. */
export interface ProbeReader {
  readonly topic: string;
  /** Written and proved already: the first one, where the topic had to be found or made by it. */
  readonly first: ProvedProbe | undefined;
  /** Writes one. */
  write(): Promise<WrittenProbe>;
  /** Waits for the events of the one that was written last. @throws CdcError EVENT_NOT_SEEN, EVENT_WRONG */
  await(written: WrittenProbe, options?: Pick<ProbeOptions, "context">): Promise<ProvedProbe>;
}

/**
 * Runs `work` with a reader of the topic that the subject's events come to.
 * @throws CdcError EVENT_NOT_SEEN, EVENT_WRONG, KAFKA_UNREACHABLE, and what `requireLive` throws
 */
export async function withProbeReader<T>(
  options: ProbeOptions,
  work: (reader: ProbeReader) => Promise<T>,
): Promise<T> {
  const { kafka, subject, expectation, maxWaitMs } = options;
  const { topic, from, pending } = await findTopic(options);
  const sightings = new Sightings(subject);
  if (pending !== undefined) sightings.expect(pending);
  const awaitProof: ProbeReader["await"] = async (written, others) => {
    const judgement = await waitForEvent(topic, { ...options, ...others }, () => {
      const answer = judgeSights(sightings.sights, { subject, written, expectation });
      const isTold = answer.ready || sightings.others === 0;
      return Promise.resolve(
        isTold ? answer : notYet(`${answer.reason}; ${sightings.others} other records in ${topic}`),
      );
    });
    return { written, judgement };
  };
  return withTopicReader(
    kafka,
    topic,
    from,
    (record) => sightings.add(record),
    async () => {
      const first = pending === undefined ? undefined : await awaitProof(pending);
      return work({ topic, first, write: () => sightings.write(subject.write), await: awaitProof });
    },
    { restarts: false, maxWaitTimeInMs: maxWaitMs },
  );
}

import { fetchTopicEnds } from "../../clients/kafka/topic-ends.js";
import { withKafkaAdmin } from "../../clients/kafka/with-kafka-admin.js";
import { type ReadFrom, withTopicsReader } from "../../clients/kafka/with-topics-reader.js";
import { notYet, ready } from "../../wait/wait-until.js";
import type { FoundTopic } from "./find-topic.js";
import type { WrittenProbe } from "./probe.js";
import type { ProbeOptions } from "./probe-options.js";
import { Sightings } from "./sightings.js";
import { waitForEvent } from "./wait-for-event.js";

const LOOK_FOR_TOPICS_EVERY_MS = 500;

/**
 * Finds the topic that a probe comes out of: reads all that the connector uses, also those that it takes into use
 * meanwhile, from before the probe on.
 * @throws CdcError EVENT_NOT_SEEN, and what `requireLive` throws
 */
export async function searchTopics(options: ProbeOptions): Promise<FoundTopic> {
  const { subject, usedTopics } = options;
  const from = await readEnds(options, await usedTopics());
  const pending = await subject.write();
  for (;;) {
    const topic = await searchKnown(from, pending, options);
    if (topic !== undefined) return { topic, from: from.get(topic) ?? "beginning", pending };
    for (const later of await usedTopics()) if (!from.has(later)) from.set(later, "beginning");
  }
}

async function readEnds({ kafka }: ProbeOptions, topics: readonly string[]): Promise<Map<string, ReadFrom>> {
  return withKafkaAdmin(kafka, async (admin) => {
    const from = new Map<string, ReadFrom>();
    for (const topic of topics) {
      const ends = await fetchTopicEnds(admin, topic);
      if (ends !== undefined) from.set(topic, ends);
    }
    return from;
  });
}

/** The topic; undefined when the connector uses others by now. */
async function searchKnown(
  from: ReadonlyMap<string, ReadFrom>,
  pending: WrittenProbe,
  options: ProbeOptions,
): Promise<string | undefined> {
  const { kafka, subject, usedTopics, maxWaitMs } = options;
  const sightings = new Sightings(subject);
  sightings.expect(pending);
  const where = `the ${from.size} topics of the connector`;
  const search = () =>
    waitForEvent(
      where,
      options,
      async () => {
        const [sight] = sightings.sights;
        if (sight !== undefined) return ready(sight.record.topic);
        const hasOthers = (await usedTopics()).some((topic) => !from.has(topic));
        return hasOthers ? ready(undefined) : notYet(`${sightings.others} other records in ${where}`);
      },
      LOOK_FOR_TOPICS_EVERY_MS,
    );
  if (from.size === 0) return search();
  return withTopicsReader(kafka, from, (record) => sightings.add(record), search, {
    maxWaitTimeInMs: maxWaitMs,
  });
}

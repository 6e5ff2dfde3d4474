import { fetchPartitionEnds, type PartitionEnd } from "./topic-ends.js";
import type { TopicPositions } from "./topic-positions.js";
import type { KafkaAdmin } from "./with-kafka-admin.js";

/** How the topics that are wanted are now. */
export interface TopicSurvey {
  /** Of all of them, how many partitions they have. */
  readonly partitions: ReadonlyMap<string, number>;
  /** Of those that are new, have grown, or are looked at this time. */
  readonly ends: ReadonlyMap<string, readonly PartitionEnd[]>;
}

/** How many topics' ends are asked for at a time: of the others it is known soon enough that they were made anew. */
const LOOK_AT = 50;

type SelectTopics = (topics: readonly string[]) => readonly string[] | Promise<readonly string[]>;

/** Looks at the topics again and again, at the ends of some of them each time, in turn. */
export class TopicSurveyor {
  #turn = 0;
  readonly #selectTopics: SelectTopics;

  constructor(selectTopics: SelectTopics) {
    this.#selectTopics = selectTopics;
  }

  async look(admin: KafkaAdmin, positions: TopicPositions): Promise<TopicSurvey> {
    const { topics } = await admin.fetchTopicMetadata();
    const all = new Map(topics.map(({ name, partitions }) => [name, partitions.length]));
    const selected = await this.#selectTopics([...all.keys()]);
    const partitions = new Map(selected.map((topic) => [topic, all.get(topic) ?? 0]));
    const ends = new Map<string, readonly PartitionEnd[]>();
    for (const topic of this.#lookAt(partitions, positions)) {
      const found = await fetchPartitionEnds(admin, topic);
      // One that was made a moment ago is found the next time.
      if (found !== undefined && found.length > 0) ends.set(topic, found);
    }
    return { partitions, ends };
  }

  #lookAt(partitions: ReadonlyMap<string, number>, positions: TopicPositions): ReadonlySet<string> {
    const topics = [...partitions.keys()];
    const isDifferent = (topic: string) => positions.partitionsOf(topic) !== partitions.get(topic);
    const inTurn = topics.slice(this.#turn, this.#turn + LOOK_AT);
    this.#turn = this.#turn + LOOK_AT >= topics.length ? 0 : this.#turn + LOOK_AT;
    return new Set([...topics.filter(isDifferent), ...inTurn]);
  }
}

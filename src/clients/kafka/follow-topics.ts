import { CdcError } from "../../errors.js";
import type { Deadline } from "../../wait/deadline.js";
import { notYet, type Probe, ready, waitUntil } from "../../wait/wait-until.js";
import type { ConsumedRecord } from "./consumed-record.js";
import type { KafkaEndpoint } from "./kafka-endpoint.js";
import { passesByItself } from "./kafka-failure.js";
import { readPositions } from "./read-positions.js";
import { fetchPartitionEnds } from "./topic-ends.js";
import { resolvePoint, type TopicPoint } from "./topic-point.js";
import { TopicPositions } from "./topic-positions.js";
import { TopicSurveyor } from "./topic-surveyor.js";
import { deleteGroups } from "./with-consumer.js";
import { type KafkaAdmin, withKafkaAdmin } from "./with-kafka-admin.js";

export interface FollowOptions {
  /**
   * Of all topics those that are read, asked for again and again: what comes later is read from its beginning. What it
   * throws ends it.
   */
  readonly selectTopics: (topics: readonly string[]) => readonly string[] | Promise<readonly string[]>;
  readonly from: TopicPoint;
  /** Where reading ends by itself. */
  readonly until?: TopicPoint | undefined;
  /** Its abort is how following ends in good order. */
  readonly signal: AbortSignal;
  /** Called once it is known from where on each topic is read. */
  readonly onStart: (topics: readonly string[]) => void;
  /** Told what a person should know of the topics and of Kafka, in a sentence. */
  readonly onNotice: (notice: string) => void;
  /** Answers whether to go on. */
  readonly onRecord: (record: ConsumedRecord) => boolean;
}

const LOOK_EVERY_MS = 2_000;
const FOREVER: Deadline = { totalMs: Infinity, remainingMs: () => Infinity };
/** For a broker that was away: a look, without kafkajs's own patience. */
const QUICK = { connectionTimeoutMs: 2_000, retries: 0 };
/** Failures one after another without a record between them. */
const MAX_FAILURES = 10;

/**
 * Hands over the records of topics as they come, until `signal` is aborted, `onRecord` has enough or `until` is
 * reached. Topics that are deleted, made anew or get partitions, and brokers that go and come back, end nothing.
 * kafkajs reads in groups only: each of these commits nothing and is deleted afterwards.
 * @throws CdcError KAFKA_UNREACHABLE at the beginning, or where it does not pass; TOPIC_UNREADABLE
 */
export const followTopics = (endpoint: KafkaEndpoint, options: FollowOptions): Promise<void> =>
  new TopicFollower(endpoint, options).run();

class TopicFollower {
  readonly #endpoint: KafkaEndpoint;
  readonly #options: FollowOptions;
  readonly #positions = new TopicPositions();
  readonly #surveyor: TopicSurveyor;
  readonly #enough = new AbortController();
  readonly #ended: AbortSignal;
  readonly #groupsLeft: string[] = [];
  #failures = 0;

  constructor(endpoint: KafkaEndpoint, options: FollowOptions) {
    this.#endpoint = endpoint;
    this.#options = options;
    this.#surveyor = new TopicSurveyor(options.selectTopics);
    this.#ended = AbortSignal.any([options.signal, this.#enough.signal]);
  }

  async run(): Promise<void> {
    await withKafkaAdmin(this.#endpoint, (admin) => this.#start(admin));
    while (!this.#isOver()) {
      try {
        await this.#read();
      } catch (error) {
        if (this.#isOver()) break;
        this.#failures += 1;
        if (!passesByItself(error) || this.#failures > MAX_FAILURES) throw error;
        this.#options.onNotice(`${(error as Error).message}; waiting until it is back`);
        await this.#comeBack();
      }
    }
    // A broker that was away when a group was left may have it still.
    if (this.#groupsLeft.length > 0) {
      await deleteGroups(this.#endpoint, this.#groupsLeft).catch(() => undefined);
    }
  }

  async #start(admin: KafkaAdmin): Promise<void> {
    const { from, onNotice, onStart } = this.#options;
    const { ends } = await this.#surveyor.look(admin, this.#positions);
    for (const [topic, partitions] of ends) {
      const { offsets, notes } = await resolvePoint(admin, topic, partitions, from);
      this.#positions.begin(topic, offsets);
      notes.forEach(onNotice);
    }
    await this.#setStops(admin);
    onStart(this.#positions.topics);
  }

  #read(): Promise<void> {
    const options = {
      onRecord: (record: ConsumedRecord) => {
        this.#failures = 0;
        if (!this.#ended.aborted && !this.#options.onRecord(record)) this.#enough.abort();
      },
      onMoved: () => this.#endAtStops(),
      onIdle: () => {
        if (this.#positions.haveStops()) this.#enough.abort();
      },
      onGroupLeft: (groupId: string) => this.#groupsLeft.push(groupId),
    };
    return readPositions(this.#endpoint, this.#positions, options, () =>
      withKafkaAdmin(this.#endpoint, (admin) => this.#untilChanged(admin)),
    );
  }

  /** Comes back once the positions are no longer those that the reader knows, or it is over. */
  #untilChanged(admin: KafkaAdmin): Promise<void> {
    return this.#wait(LOOK_EVERY_MS, async () => {
      const hasChanged = await this.#look(admin);
      return hasChanged ? ready(undefined) : notYet("nothing has changed");
    });
  }

  /** Waits until Kafka answers again. */
  #comeBack(): Promise<void> {
    let looks = 0;
    return this.#wait(LOOK_EVERY_MS, async () => {
      // At once it would most often fail again.
      if (looks++ === 0) return notYet("not asked yet");
      try {
        await withKafkaAdmin(this.#endpoint, (admin) => this.#look(admin), QUICK);
      } catch (error) {
        if (passesByItself(error)) return notYet((error as Error).message);
        throw error;
      }
      this.#options.onNotice("Kafka answers: reading on");
      return ready(undefined);
    });
  }

  async #wait(intervalMs: number, probe: () => Promise<Probe<undefined>>): Promise<void> {
    const signal = this.#ended;
    const onTimeout = (reason: string) => new CdcError("INTERNAL", reason);
    try {
      await waitUntil({ intervalMs, deadline: FOREVER, signal, probe, onTimeout });
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  /** Whether something has changed of the topics. */
  async #look(admin: KafkaAdmin): Promise<boolean> {
    const { partitions, ends } = await this.#surveyor.look(admin, this.#positions);
    const changes = this.#positions.adjust(partitions, ends);
    changes.forEach(this.#options.onNotice);
    await this.#setStops(admin);
    return changes.length > 0;
  }

  /** Where reading is to end, as soon as that can be known: a time in the future has no offset yet. */
  async #setStops(admin: KafkaAdmin): Promise<void> {
    const { until } = this.#options;
    if (until === undefined || (until.at === "time" && until.timeMs > Date.now())) return;
    for (const topic of this.#positions.topics) {
      if (this.#positions.hasStops(topic)) continue;
      const ends = (await fetchPartitionEnds(admin, topic)) ?? [];
      const { offsets } = await resolvePoint(admin, topic, ends, until);
      this.#positions.endAt(topic, offsets);
    }
    this.#endAtStops();
  }

  #isOver(): boolean {
    return this.#ended.aborted;
  }

  #endAtStops(): void {
    if (this.#options.until !== undefined && this.#positions.isAtStops()) this.#enough.abort();
  }
}

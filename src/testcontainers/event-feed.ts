import { createConnectClient } from "../clients/connect/create-connect-client.js";
import { fetchTopicEnds } from "../clients/kafka/topic-ends.js";
import { withKafkaAdmin } from "../clients/kafka/with-kafka-admin.js";
import { topicNameOf, topicNamingOf } from "../doctor/topics/topic-name.js";
import { CdcError } from "../errors.js";
import type { DatabaseNames } from "../names.js";
import { connectorHealth } from "../stages/connector-health.js";
import type { Endpoints } from "../targets/target.js";
import { deadlineIn } from "../wait/deadline.js";
import { notYet, type Probe, ready, waitUntil } from "../wait/wait-until.js";
import type { ChangeEvent } from "./change-event.js";
import { EventInbox } from "./event-inbox.js";
import { eventMatcher, type EventOptions } from "./event-options.js";
import { findUnpublished } from "./find-unpublished.js";
import { parseTableName } from "./table-name.js";
import { TopicReader } from "./topic-reader.js";

const DEFAULT_TIMEOUT_MS = 10_000;
const CHECK_CONNECTOR_EVERY_MS = 1_000;

/** The change events of all tables: each topic is read from its beginning, from the first time it is asked for. */
export class EventFeed {
  readonly #endpoints: Endpoints;
  readonly #publication: string;
  readonly #inboxes = new Map<string, EventInbox>();
  readonly #readers = new Map<string, TopicReader>();
  readonly #closing = new AbortController();

  constructor(endpoints: Endpoints, publication: string) {
    this.#endpoints = endpoints;
    this.#publication = publication;
  }

  /**
   * The next event of a table that was not handed out yet.
   * @throws CdcError EVENT_NOT_SEEN, CONNECTOR_TASK_FAILED, KAFKA_UNREACHABLE; INTERRUPTED once it is closed
   */
  async next<Row>(
    names: DatabaseNames,
    tableName: string,
    options: EventOptions<Row>,
  ): Promise<ChangeEvent<Row>> {
    const table = parseTableName(tableName);
    const topic = topicNameOf(topicNamingOf(names) ?? { prefix: names.topicPrefix, delimiter: "." }, table);
    const inbox = this.#inboxOf(topic.name);
    const request = inbox.request(eventMatcher(options));
    try {
      const event = await this.#wait(names, tableName, topic.name, options, async () => {
        const reader = this.#readers.get(topic.name) ?? (await this.#openReader(topic.name, inbox));
        if (reader === undefined) return notYet(`the topic ${topic.name} does not exist yet`);
        reader.throwIfFailed();
        const found = inbox.take(request);
        return found === undefined ? notYet(inbox.summary()) : ready(found);
      });
      return event as ChangeEvent<Row>;
    } catch (error) {
      if (!(error instanceof CdcError) || error.code !== "EVENT_NOT_SEEN") throw error;
      throw (
        (await findUnpublished(this.#endpoints.postgres, names, table, this.#publication, error)) ?? error
      );
    } finally {
      inbox.withdraw(request);
    }
  }

  /** Ends all reading; who still waits is told so. */
  async close(): Promise<void> {
    this.#closing.abort(
      new CdcError("INTERRUPTED", "the containers were stopped while an event was waited for", {
        hint: "await nextEvent before stop",
      }),
    );
    await Promise.all([...this.#readers.values()].map((reader) => reader.close()));
  }

  #inboxOf(topic: string): EventInbox {
    const inbox = this.#inboxes.get(topic) ?? new EventInbox();
    this.#inboxes.set(topic, inbox);
    return inbox;
  }

  async #openReader(topic: string, inbox: EventInbox): Promise<TopicReader | undefined> {
    const { kafka } = this.#endpoints;
    const ends = await withKafkaAdmin(kafka, (admin) => fetchTopicEnds(admin, topic));
    if (ends === undefined || this.#closing.signal.aborted) return undefined;
    // Two may have asked at the same time.
    const reader = this.#readers.get(topic) ?? new TopicReader(kafka, topic, inbox);
    this.#readers.set(topic, reader);
    return reader;
  }

  async #wait<T, Row>(
    { connector }: DatabaseNames,
    table: string,
    topic: string,
    { timeoutMs = DEFAULT_TIMEOUT_MS, signal }: EventOptions<Row>,
    probe: () => Promise<Probe<T>>,
  ): Promise<T> {
    const connect = createConnectClient(this.#endpoints.connect);
    let checkAtMs = performance.now() + CHECK_CONNECTOR_EVERY_MS;
    return waitUntil({
      intervalMs: 10,
      deadline: deadlineIn(timeoutMs),
      signal: AbortSignal.any([this.#closing.signal, ...(signal === undefined ? [] : [signal])]),
      probe: async () => {
        const answer = await probe();
        if (answer.ready || performance.now() < checkAtMs) return answer;
        const health = connectorHealth(await connect.status(connector));
        if (health.state === "failed") {
          throw new CdcError("CONNECTOR_TASK_FAILED", `connector ${connector}: ${health.reason}`, {
            hint: 'await cdc.logs("connect") has more',
          });
        }
        checkAtMs = performance.now() + CHECK_CONNECTOR_EVERY_MS;
        return answer;
      },
      onTimeout: (reason) =>
        new CdcError(
          "EVENT_NOT_SEEN",
          `no such event of ${table} arrived in ${topic} within ${timeoutMs} ms; last seen: ${reason}`,
          { hint: "is the change committed? More time: nextEvent(table, { timeoutMs })" },
        ),
    });
  }
}

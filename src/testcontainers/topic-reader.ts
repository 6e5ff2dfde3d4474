import type { KafkaEndpoint } from "../clients/kafka/kafka-endpoint.js";
import { withTopicReader } from "../clients/kafka/with-topics-reader.js";
import { toCdcError } from "../errors.js";
import { decodeChangeEvent } from "./change-event.js";
import type { EventInbox } from "./event-inbox.js";

/** Reads one topic from its beginning into an inbox, until it is closed. Kafka is as young as the set: all is there. */
export class TopicReader {
  readonly #closing = new AbortController();
  readonly #done: Promise<void>;
  #failure: unknown;

  /** @param topic one that exists */
  constructor(kafka: KafkaEndpoint, topic: string, inbox: EventInbox) {
    const closed = new Promise<void>((resolve) => {
      this.#closing.signal.addEventListener("abort", () => resolve(), { once: true });
    });
    this.#done = withTopicReader(
      kafka,
      topic,
      "beginning",
      (record) => {
        const event = decodeChangeEvent(record);
        if (event !== undefined) inbox.add(event);
      },
      () => closed,
    ).catch((error: unknown) => {
      this.#failure = error;
    });
  }

  /** Throws what ended the reading before its time. */
  throwIfFailed(): void {
    if (this.#failure !== undefined) throw toCdcError(this.#failure);
  }

  /** Ends the reading; its consumer group is gone afterwards. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#done;
  }
}

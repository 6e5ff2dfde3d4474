// consume.mjs BROKER TOPIC TOKEN: ends when the row with this token is seen in the topic as a streamed insert.
import { setTimeout as delay } from "node:timers/promises";

import { Kafka, logLevel } from "kafkajs";

const [broker, topic, token] = process.argv.slice(2);
const kafka = new Kafka({ clientId: "floor", brokers: [broker], logLevel: logLevel.NOTHING });
const consumer = kafka.consumer({ groupId: `floor-${token}`, maxWaitTimeInMs: 500 });
await consumer.connect();
await subscribe();
await consumer.run({
  autoCommit: false,
  eachMessage: ({ message }) => {
    const { op, after } = message.value === null ? {} : JSON.parse(message.value.toString());
    // The broker forgets the group by itself; leaving it in good order would only take time.
    if (op === "c" && after?.token === token) process.exit(0);
    return Promise.resolve();
  },
});

/** The broker makes a topic that it is asked for, but says at first that there is none. */
async function subscribe() {
  for (;;) {
    try {
      await consumer.subscribe({ topic, fromBeginning: true });
      return;
    } catch (error) {
      if (error.type !== "UNKNOWN_TOPIC_OR_PARTITION" && error.type !== "LEADER_NOT_AVAILABLE") throw error;
      await delay(50);
    }
  }
}

import type { KafkaEndpoint } from "../../clients/kafka/kafka-endpoint.js";
import { sendToKafka } from "../../clients/kafka/send-to-kafka.js";
import { inTransaction, type PostgresClient, quoteIdentifier } from "../../clients/postgres.js";
import type { SignalChannel } from "./signal-channel.js";
import type { SignalTable } from "./signal-table.js";
import type { SnapshotSignal } from "./snapshot-signals.js";

export interface SignalWay {
  readonly channel: SignalChannel;
  /** Where the channel is a table. */
  readonly table: SignalTable | undefined;
  readonly client: PostgresClient;
  readonly kafka: KafkaEndpoint;
}

/**
 * Hands signals to the connector, which works on one after the other in their order.
 * @returns what takes them back out of the table once they are done
 */
export async function sendSignals(
  signals: readonly SnapshotSignal[],
  { channel, table, client, kafka }: SignalWay,
): Promise<() => Promise<void>> {
  const type = "execute-snapshot";
  const named = signals.map((data) => ({ id: crypto.randomUUID(), data }));
  if (channel.kind === "kafka") {
    // Debezium reads the first partition only.
    const records = named.map(({ id, data }) => ({
      key: channel.key,
      value: JSON.stringify({ id, type, data }),
      partition: 0,
    }));
    await sendToKafka(kafka, channel.topic, records);
    return () => Promise.resolve();
  }
  const target = `${quoteIdentifier(channel.schema)}.${quoteIdentifier(channel.table)}`;
  const columns = (table?.columns ?? ["id", "type", "data"]).map(quoteIdentifier);
  await inTransaction(client, async () => {
    for (const { id, data } of named) {
      const values = [id, type, JSON.stringify(data)];
      await client.query(`INSERT INTO ${target} (${columns.join(", ")}) VALUES ($1, $2, $3)`, values);
    }
  });
  return async () => {
    const ids = named.map(({ id }) => id);
    await client.query(`DELETE FROM ${target} WHERE ${columns[0] ?? "id"}::text = ANY($1::text[])`, [ids]);
  };
}

import { type Admin, CompressionTypes, Kafka, logLevel } from "kafkajs";
import { afterAll, beforeAll, expect, it } from "vitest";

import type { PartitionSpan } from "../../src/clients/kafka/drain-place.js";
import { drainTopics } from "../../src/clients/kafka/drain-topics.js";
import { fetchTopicOffsets } from "../../src/clients/kafka/topic-offsets.js";
import { RECORD, RECORD_FIELDS } from "../../src/reconcile/engine/record-index.js";
import { deadlineIn } from "../../src/wait/deadline.js";
import { notYet, ready } from "../../src/wait/wait-until.js";
import { type ConnectWorkers, startConnectWorkers } from "../support/connect-workers.js";
import { createTopics } from "../support/create-topics.js";
import { until } from "../support/until.js";

/** More than one answer of the broker holds. */
const PER_PARTITION = 50_000;
const PARTITIONS = 2;

let servers: ConnectWorkers;
let kafka: Kafka;
let admin: Admin;

beforeAll(async () => {
  servers = await startConnectWorkers();
  kafka = new Kafka({ brokers: [...servers.brokers], logLevel: logLevel.NOTHING });
  admin = kafka.admin();
  await admin.connect();
});
afterAll(async () => {
  await admin.disconnect();
  await servers.close();
});

it("neither leaves out a record nor gives one twice when the broker is killed meanwhile", async () => {
  await makeBigTopic("killed");
  let restarted: Promise<void> | undefined;
  const offsets = await drain(await spansOf("killed"), async () => {
    if (restarted !== undefined) return;
    await servers.kafka.kill();
    restarted = servers.kafka.start();
  });
  await restarted;
  expect(restarted).toBeDefined();
  expect([...offsets.keys()].sort()).toEqual([0, 1]);
  for (const found of offsets.values()) expect(found).toEqual(countFrom(0, PER_PARTITION));
});

it("reads partitions from where it is told to, and nothing of the others", async () => {
  await makeBigTopic("part");
  const [first] = await spansOf("part");
  if (first === undefined) throw new Error("no partition");
  const from = PER_PARTITION - 5;
  const offsets = await drain([{ ...first, from, to: PER_PARTITION - 1 }]);
  expect([...offsets]).toEqual([[first.partition, countFrom(from, PER_PARTITION - 1)]]);
});

it.each([
  ["all of the rest", PER_PARTITION],
  ["some of the rest", PER_PARTITION - 10],
])("ends where retention takes %s meanwhile, which the topic's beginning tells", async (_, low) => {
  const topic = `cut-${low}`;
  await makeBigTopic(topic);
  let isCut = false;
  const offsets = await drain(await spansOf(topic), async () => {
    if (isCut) return;
    isCut = true;
    const partitions = Array.from({ length: PARTITIONS }, (_, partition) => ({
      partition,
      offset: String(low),
    }));
    await admin.deleteTopicRecords({ topic, partitions });
  });
  const read = [...offsets.values()];
  for (const found of read) {
    expect(found).toEqual([...new Set(found)]);
    if (low < PER_PARTITION) expect(found.slice(low - PER_PARTITION)).toEqual(countFrom(low, PER_PARTITION));
  }
  expect(read.flat().length).toBeLessThan(PARTITIONS * PER_PARTITION);
  expect((await spansOf(topic)).map(({ from }) => from)).toEqual([low, low]);
});

it("passes an aborted transaction and the markers at the end", async () => {
  await createTopics(admin, [{ topic: "transactions", numPartitions: 1 }]);
  const producer = kafka.producer({ transactionalId: "one", maxInFlightRequests: 1, idempotent: true });
  await producer.connect();
  for (const ending of ["commit", "abort", "commit", "abort"] as const) {
    const transaction = await producer.transaction();
    await transaction.send({
      topic: "transactions",
      messages: [
        { key: "a", value: ending },
        { key: "b", value: ending },
      ],
    });
    await transaction[ending]();
  }
  await producer.disconnect();
  const spans = await until("the last marker", async () => {
    const found = await spansOf("transactions");
    return found[0]?.to === 12 ? ready(found) : notYet(`it ends at ${found[0]?.to}`);
  });
  expect((await drain(spans)).get(0)).toEqual([0, 1, 6, 7]);
  // Up to, and from, the midst of what there is nothing of.
  for (const [from, to] of [
    [0, 4],
    [3, 6],
    [8, 12],
    [11, 12],
  ] as const) {
    const expected = [0, 1, 6, 7].filter((offset) => offset >= from && offset < to);
    const found = await drain(spans.map((span) => ({ ...span, from, to })));
    expect(found.get(0) ?? []).toEqual(expected);
  }
});

it("passes what was compacted away, in the midst of batches and whole ones", async () => {
  const topic = "compacted";
  const settings = {
    "cleanup.policy": "compact",
    "segment.ms": "100",
    "min.cleanable.dirty.ratio": "0.001",
    "max.compaction.lag.ms": "100",
  };
  const configEntries = Object.entries(settings).map(([name, value]) => ({ name, value }));
  await createTopics(admin, [{ topic, numPartitions: 1, configEntries }]);
  const send = async (keys: readonly string[]) => {
    // Of an idempotent producer's last batch the cleaner leaves an empty one.
    const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
    await producer.connect();
    const messages = keys.map((key) => ({ key, value: "x".repeat(50) }));
    await producer.send({ topic, messages, compression: CompressionTypes.GZIP });
    await producer.disconnect();
  };
  const repeated = Array.from({ length: 20 }, () => "again");
  await send(["first", ...repeated]);
  await send(repeated);
  await send(["second", ...repeated]);
  const kept = await until(
    "compaction",
    async () => {
      // A segment is closed by what comes behind it.
      await send(["again"]);
      const offsets = (await drain(await spansOf(topic))).get(0) ?? [];
      return offsets.includes(1) || offsets.includes(25) ? notYet(`${offsets.length}`) : ready(offsets);
    },
    90_000,
  );
  expect(kept.slice(0, 2)).toEqual([0, 41]);
  for (const [from, to] of [
    [0, 21],
    [5, 41],
    [22, 41],
    [42, 62],
  ] as const) {
    const spans = (await spansOf(topic)).map((span) => ({ ...span, from, to }));
    expect((await drain(spans)).get(0) ?? []).toEqual(from === 0 ? [0] : []);
  }
});

it("ends with the signal's reason, and hands over nothing afterwards", async () => {
  await makeBigTopic("aborted");
  const before = await ownGroups();
  const stop = new AbortController();
  const reason = new Error("enough");
  let chunks = 0;
  const spans = await spansOf("aborted");
  const draining = drainTopics(
    { brokers: servers.brokers },
    spans,
    () => {
      chunks += 1;
      stop.abort(reason);
      return Promise.resolve();
    },
    { deadline: deadlineIn(60_000), signal: stop.signal },
  );
  await expect(draining).rejects.toBe(reason);
  const taken = chunks;
  // One whose broker was killed goes when Kafka cleans up.
  expect((await ownGroups()).filter((group) => !before.includes(group))).toEqual([]);
  expect(chunks).toBe(taken);
});

async function ownGroups(): Promise<string[]> {
  const { groups } = await admin.listGroups();
  return groups.map(({ groupId }) => groupId).filter((groupId) => groupId.startsWith("cdc-pipeline-"));
}

/** The offsets that were handed over, by partition. */
async function drain(
  spans: readonly PartitionSpan[],
  onChunk: () => Promise<void> = () => Promise.resolve(),
): Promise<Map<number, number[]>> {
  const offsets = new Map<number, number[]>();
  await drainTopics(
    { brokers: servers.brokers },
    spans,
    async ({ partition, index, count }) => {
      const found = offsets.get(partition) ?? [];
      offsets.set(partition, found);
      for (let at = 0; at < count; at++) found.push(index[at * RECORD_FIELDS + RECORD.offset] ?? -1);
      await onChunk();
    },
    { deadline: deadlineIn(90_000), signal: new AbortController().signal },
  );
  return offsets;
}

async function spansOf(topic: string): Promise<PartitionSpan[]> {
  const offsets = (await fetchTopicOffsets(admin, [topic])).get(topic);
  return [...(offsets?.high ?? [])].map(([partition, to]) => {
    const from = offsets?.low.get(partition) ?? 0;
    return { topic, partition, table: 0, from, to };
  });
}

async function makeBigTopic(topic: string): Promise<void> {
  await createTopics(admin, [{ topic, numPartitions: PARTITIONS }]);
  const producer = kafka.producer();
  await producer.connect();
  const value = "x".repeat(300);
  for (let from = 0; from < PER_PARTITION; from += 2_000) {
    const messages = Array.from({ length: PARTITIONS }, (_, partition) =>
      Array.from({ length: 2_000 }, (_, at) => ({ key: String(from + at), value, partition })),
    );
    await producer.send({ topic, messages: messages.flat() });
  }
  await producer.disconnect();
}

const countFrom = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, at) => from + at);

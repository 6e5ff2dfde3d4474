import { expect, test } from "vitest";

import { fetchTopicEnds } from "../../../../src/clients/kafka/topic-ends.js";
import type { KafkaAdmin } from "../../../../src/clients/kafka/with-kafka-admin.js";

test("a topic whose leader does not know of it yet counts as not there yet", async () => {
  const notLeader = Object.assign(new Error("This server is not the leader for that topic-partition"), {
    name: "KafkaJSProtocolError",
    type: "NOT_LEADER_FOR_PARTITION",
    retriable: true,
  });
  const admin = {
    listTopics: () => Promise.resolve(["debezium.mykart.cdc_pipeline.probe"]),
    fetchTopicOffsets: () => Promise.reject(notLeader),
  } as unknown as KafkaAdmin;
  await expect(fetchTopicEnds(admin, "debezium.mykart.cdc_pipeline.probe")).resolves.toBeUndefined();
});

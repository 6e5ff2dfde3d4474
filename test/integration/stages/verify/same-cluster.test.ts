import { afterEach, beforeEach, expect, it } from "vitest";

import { createConnectClient } from "../../../../src/clients/connect/create-connect-client.js";
import { requireSameCluster } from "../../../../src/stages/verify/require-same-cluster.js";
import { catchCdcError } from "../../../support/catch-cdc-error.js";
import { type FakeConnect, startFakeConnect } from "../../../support/fake-connect.js";
import { type FakeKafka, startFakeKafka } from "../../../support/fake-kafka.js";

let connect: FakeConnect;
let kafka: FakeKafka;
beforeEach(async () => {
  [connect, kafka] = await Promise.all([startFakeConnect(), startFakeKafka()]);
});
afterEach(async () => {
  await Promise.all([connect.close(), kafka.close()]);
});

it("tells a Kafka cluster that is not the one which the worker writes to", async () => {
  const client = createConnectClient(connect);
  connect.clusterId = kafka.clusterId;
  await requireSameCluster(client, kafka);
  kafka.clusterId = "another";
  const error = await catchCdcError(requireSameCluster(client, kafka));
  expect(error).toMatchObject({
    code: "KAFKA_CLUSTER_DIFFERS",
    message: expect.stringContaining("another") as string,
  });
});

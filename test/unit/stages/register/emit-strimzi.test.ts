import { describe, expect, it } from "vitest";

import { renderKafkaConnector } from "../../../../src/stages/register/emit-strimzi.js";

const CONFIG = {
  name: "my_kart-connector",
  "connector.class": "io.debezium.connector.postgresql.PostgresConnector",
  "tasks.max": "1",
  "database.hostname": "postgres-wal.shop.svc.cluster.local",
  "database.password": "planted-7f21",
};

describe("a connector as a resource of Strimzi", () => {
  const resource = renderKafkaConnector("my_kart-connector", CONFIG, {
    strimziCluster: "connect",
    namespace: "shop",
  });

  it("has the class and the tasks in fields of their own, and the rest in config", () => {
    expect(resource).toEqual({
      apiVersion: "kafka.strimzi.io/v1beta2",
      kind: "KafkaConnector",
      metadata: {
        name: "my-kart-connector",
        labels: { "strimzi.io/cluster": "connect", "app.kubernetes.io/managed-by": "cdc-pipeline" },
      },
      spec: {
        class: "io.debezium.connector.postgresql.PostgresConnector",
        tasksMax: 1,
        config: {
          "database.hostname": "postgres-wal.shop.svc.cluster.local",
          "database.password": "${secrets:shop/postgres-wal-credentials:debezium-password}",
        },
      },
    });
  });

  it("holds a reference in place of the password", () => {
    expect(JSON.stringify(resource)).not.toContain("planted-7f21");
  });
});

import { expect, test } from "vitest";

import { DEFAULT_IMAGES } from "../../../src/default-images.js";
import { VERSIONS } from "../../../src/targets/local/versions.js";
import { planContainers, tellAddressCommand } from "../../../src/testcontainers/container-plan.js";

const WISHES = {
  images: DEFAULT_IMAGES,
  environment: { postgres: {}, kafka: {}, connect: {} },
  postgresSettings: {},
};

test("the images are of the versions that the program runs itself", () => {
  expect(DEFAULT_IMAGES).toEqual({
    postgres: `postgres:${VERSIONS.postgres.split(".")[0] ?? ""}`,
    kafka: `apache/kafka:${VERSIONS.kafka}`,
    connect: `quay.io/debezium/connect:${VERSIONS.debezium}`,
  });
});

test("two sets in one network have different names, and each worker its own broker", () => {
  const [one, other] = [planContainers("aa", WISHES), planContainers("bb", WISHES)];
  for (const server of ["postgres", "kafka", "connect"] as const) {
    expect(one[server].alias).not.toBe(other[server].alias);
  }
  expect(other.connect.environment.BOOTSTRAP_SERVERS).toBe(
    `${other.kafka.alias}:${other.kafka.portInNetwork}`,
  );
});

test("what is asked for goes before what is set otherwise", () => {
  const plans = planContainers("aa", {
    ...WISHES,
    environment: {
      postgres: { POSTGRES_USER: "me" },
      kafka: { KAFKA_NODE_ID: "7" },
      connect: { GROUP_ID: "g" },
    },
    postgresSettings: { fsync: "on", shared_buffers: "64MB" },
  });
  expect(plans.postgres.environment.POSTGRES_USER).toBe("me");
  expect(plans.kafka.environment.KAFKA_NODE_ID).toBe("7");
  expect(plans.connect.environment.GROUP_ID).toBe("g");
  expect(plans.postgres.command).toEqual(expect.arrayContaining(["fsync=on", "shared_buffers=64MB"]));
  expect(plans.postgres.command).not.toContain("fsync=off");
});

test("Kafka is told the address that clients outside use, also one of IPv6", () => {
  const { kafka } = planContainers("aa", WISHES);
  const listeners = (host: string) => tellAddressCommand(kafka, host, 32_768).at(-1);
  expect(listeners("localhost")).toBe("EXTERNAL://localhost:32768,INTERNAL://kafka-aa:19092");
  expect(listeners("::1")).toBe("EXTERNAL://[::1]:32768,INTERNAL://kafka-aa:19092");
});

import { describe, expect, it } from "vitest";

import { loadConfig } from "../../../../src/config/load.js";
import { chooseKafka } from "../../../../src/targets/k8s/choose-kafka.js";
import { parseServiceAddress } from "../../../../src/targets/k8s/service-address.js";
import { catchCdcError } from "../../../support/catch-cdc-error.js";

const config = (flags: Record<string, unknown>) => loadConfig({ cwd: "/nowhere", env: {}, flags });
const given = { "connect.url": "http://c.kafka.svc:8083/", "kafka.brokers": "k.kafka.svc:9092" };

describe("whose Kafka is used on Kubernetes", () => {
  it("is the one that is asked for, before all others", async () => {
    expect(chooseKafka(await config({ ...given, "k8s.withKafka": true }), false)).toEqual({ kind: "own" });
  });

  it("is the one that the configuration names, even at an address that is the default", async () => {
    const named = { "connect.url": "http://127.0.0.1:8083", "kafka.brokers": "127.0.0.1:9092" };
    expect(chooseKafka(await config(named), true)).toEqual({
      kind: "given",
      connect: { url: "http://127.0.0.1:8083" },
      kafka: { brokers: ["127.0.0.1:9092"] },
    });
  });

  it("is the one that was deployed before, without being asked for again", async () => {
    expect(chooseKafka(await config({}), true)).toEqual({ kind: "own" });
  });

  it("must be said, and both ways are offered", async () => {
    const none = await config({});
    const error = await catchCdcError(() => chooseKafka(none, false));
    expect(error).toMatchObject({ code: "KAFKA_NOT_CHOSEN" });
    expect(error.hint).toMatch(/CDC_PIPELINE_CONNECT_URL=.*--with-kafka/);
  });

  it("must be said whole: Connect alone is not enough to see an event", async () => {
    const half = await config({ "connect.url": "http://c:8083" });
    const error = await catchCdcError(() => chooseKafka(half, true));
    expect(error.message).toMatch(/^kafka\.brokers is not set/);
  });
});

describe("an address of the cluster's own DNS", () => {
  it.each([
    ["connect.kafka.svc", { kind: "Service", name: "connect", namespace: "kafka" }],
    ["connect.kafka.svc.cluster.local", { kind: "Service", name: "connect", namespace: "kafka" }],
    ["b-0.brokers.kafka.svc", { kind: "Pod", name: "b-0", namespace: "kafka" }],
    ["b-0.brokers.kafka.svc.example.org", { kind: "Pod", name: "b-0", namespace: "kafka" }],
    ["kafka.example.org", undefined],
    ["svc.example.org", undefined],
    ["127.0.0.1", undefined],
    ["one.two.three.four.svc", undefined],
  ])("%s", (host, address) => {
    expect(parseServiceAddress(host)).toEqual(address);
  });
});

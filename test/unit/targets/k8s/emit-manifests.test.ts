import { describe, expect, it } from "vitest";

import { loadConfig } from "../../../../src/config/load.js";
import { emitManifests } from "../../../../src/targets/k8s/emit-manifests.js";
import { useSandbox } from "../../../support/leaks.js";

const sandbox = useSandbox();

const emit = async (flags: Record<string, unknown>) =>
  emitManifests(await loadConfig({ cwd: sandbox.folder, env: {}, flags: { target: "k8s", ...flags } }));

describe("the manifests that deploy --emit prints", () => {
  it("are all servers with --with-kafka", async () => {
    const yaml = await emit({ "k8s.withKafka": true });
    expect(yaml).toMatch(/^kind: Deployment/m);
    expect(yaml).not.toContain("PostgreSQL alone");
  });

  it("say why they are PostgreSQL alone where nothing was said of Kafka", async () => {
    const yaml = await emit({});
    expect(yaml).not.toMatch(/^kind: Deployment/m);
    expect(yaml).toMatch(/^# PostgreSQL alone: there is no Kafka Connect yet: .*--with-kafka/);
  });

  it("name the Kafka that is used where one is", async () => {
    const yaml = await emit({
      "connect.url": "http://connect.cdc.svc:8083",
      "kafka.brokers": "kafka.cdc.svc:9092",
    });
    expect(yaml).toMatch(
      /^# PostgreSQL alone: Kafka and Kafka Connect are those at kafka\.cdc\.svc:9092 and http:\/\/connect\.cdc\.svc:8083\.\n/,
    );
  });
});

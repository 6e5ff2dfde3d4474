import { describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";

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

  it("hold images by their digests where the settings have them", async () => {
    const digest = (digit: string) => `sha256:${digit.repeat(64)}`;
    const images = {
      "k8s.postgresImage": `postgres:15@${digest("a")}`,
      "k8s.kafkaImage": `apache/kafka@${digest("b")}`,
      "k8s.connectImage": `localhost:5000/connect:3.7.0.Final@${digest("c")}`,
    };
    const yaml = await emit({ "k8s.withKafka": true, "k8s.backupSchedule": "@daily", ...images });
    const rendered = parseAllDocuments(yaml).flatMap((document) => imagesIn(document.toJS()));
    // PostgreSQL's own, and that of the backups by schedule.
    expect(rendered.sort()).toEqual([images["k8s.postgresImage"], ...Object.values(images)].sort());
    await expect(emit({ "k8s.postgresImage": "postgres@sha256:abc" })).rejects.toMatchObject({
      code: "CONFIG_INVALID",
    });
  });
});

/** Every value of a key `image`, wherever it is. */
function imagesIn(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === "image" && typeof inner === "string" ? [inner] : imagesIn(inner),
  );
}

import { describe, expect, it } from "vitest";

import type { Container } from "../../../../src/targets/compose/containers.js";
import { planServices, titleOf } from "../../../../src/targets/compose/plan-services.js";
import type { WantedService } from "../../../../src/targets/compose/wanted.js";

const wanted: WantedService = {
  server: "kafka",
  image: "apache/kafka:4.3.1",
  imageId: "sha256:new",
  configHash: "hash",
  mounts: new Map<string, string>(),
  port: 9092,
  address: "127.0.0.1",
};
const container: Container = {
  id: "1",
  name: "p-kafka-1",
  service: "kafka",
  isOurs: true,
  image: "apache/kafka:4.3.1",
  imageId: "sha256:new",
  configHash: "hash",
  status: "running",
  healthOutput: "",
  isUnhealthy: false,
  exitCode: 0,
  isOutOfMemory: false,
  restarts: 0,
  ports: new Map(),
  passwordFolder: undefined,
};

describe("what up would do to a container", () => {
  it.each([
    ["that runs as it should", container, "unchanged"],
    ["whose settings are others", { ...container, configHash: "old" }, "updated"],
    ["whose image is another by now", { ...container, imageId: "sha256:old" }, "updated"],
    ["that has ended", { ...container, status: "exited" }, "started"],
    [
      "that has ended and has other settings",
      { ...container, status: "exited", configHash: "old" },
      "started",
    ],
  ])("%s is told as %j", (_what, found, status) => {
    expect(planServices([wanted], [found])).toMatchObject([
      { server: "kafka", title: "Kafka 4.3.1", status },
    ]);
  });

  it("that is missing is to start it, and to pull its image where that is missing too", () => {
    expect(planServices([wanted], [])).toMatchObject([{ status: "started", detail: "port 9092" }]);
    expect(planServices([{ ...wanted, imageId: undefined }], [])).toMatchObject([
      { status: "started", detail: "port 9092, image apache/kafka:4.3.1 is pulled" },
    ]);
  });
});

describe("the version of an image", () => {
  it("is left out of the title where there is none", () => {
    expect(titleOf("postgres", "postgres")).toBe("PostgreSQL");
    expect(titleOf("postgres", `postgres@sha256:${"0123".repeat(16)}`)).toBe("PostgreSQL");
  });
});

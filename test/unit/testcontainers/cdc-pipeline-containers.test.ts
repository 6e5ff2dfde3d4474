import { expect, test, vi } from "vitest";

import { CdcPipelineContainers } from "../../../src/testcontainers/index.js";
import { catchCdcError } from "../../support/catch-cdc-error.js";

const containers = new CdcPipelineContainers();

test("without a database there is nothing to start", async () => {
  expect(await catchCdcError(containers.start())).toMatchObject({
    code: "USAGE",
    message: "there is no database to capture",
  });
});

test("what is added makes a new object and leaves the old one as it is", async () => {
  expect(containers.withDatabase("shop")).not.toBe(containers);
  expect((await catchCdcError(containers.start())).message).toBe("there is no database to capture");
});

test.each([
  ["a database that is named twice", () => containers.withDatabase("a").withDatabase("a"), "USAGE"],
  [
    "a file and text for one database",
    () => containers.withDatabase("a", { schema: "a.sql", sql: "" }),
    "USAGE",
  ],
  [
    "a name that PostgreSQL would cut",
    () => containers.withDatabase("a".repeat(64)),
    "DATABASE_NAME_INVALID",
  ],
])("%s is refused at once", async (_, wrong, code) => {
  expect((await catchCdcError(wrong)).code).toBe(code);
});

test("without a Docker daemon it says so, and what to try", async () => {
  // No other way: testcontainers would find a daemon at its usual places, whatever the environment says.
  vi.doMock("testcontainers", () => ({
    getContainerRuntimeClient: () =>
      Promise.reject(new Error("Could not find a working container runtime strategy")),
  }));
  try {
    expect(await catchCdcError(containers.withDatabase("shop").start())).toMatchObject({
      code: "DOCKER_UNREACHABLE",
      message: "no Docker daemon answers: Could not find a working container runtime strategy",
      hint: "start Docker and try `docker version`; where it is elsewhere, set DOCKER_HOST",
    });
  } finally {
    vi.doUnmock("testcontainers");
  }
});

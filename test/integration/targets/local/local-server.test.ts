import { appendFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { ensureServer, type LocalServer } from "../../../../src/targets/local/local-server.js";
import { StateStore } from "../../../../src/targets/local/state.js";
import { notYet } from "../../../../src/wait/wait-until.js";
import { catchCdcError } from "../../../support/catch-cdc-error.js";
import { useSandbox } from "../../../support/leaks.js";
import { createStageRecorder } from "../../../support/stage.js";

const sandbox = useSandbox();
const logPath = () => join(sandbox.folder, "logs", "kafka.log");

/** A server that runs a script of the shell and never answers. */
function serverOf(script: string): LocalServer {
  return {
    server: "kafka",
    title: "Kafka 0",
    port: 9092,
    requestedPort: 9092,
    fingerprint: "x",
    logFile: logPath(),
    process: () =>
      Promise.resolve({
        command: "/bin/sh",
        args: ["-c", script],
        cwd: sandbox.folder,
        env: { PATH: "/usr/bin:/bin" },
        logFile: logPath(),
        user: undefined,
      }),
    writeFiles: () => Promise.resolve(),
    probe: () => Promise.resolve(notYet("no answer")),
  };
}

function start(script: string) {
  const store = new StateStore(join(sandbox.folder, "state.json"), {
    version: 1,
    clusterId: "x",
    servers: {},
  });
  const { context } = createStageRecorder();
  return catchCdcError(ensureServer(serverOf(script), store, context, () => undefined));
}

describe("a server that ends while it starts", () => {
  it("is told with the last lines of its log, and none of an earlier run's", async () => {
    await mkdir(join(sandbox.folder, "logs"));
    appendFileSync(logPath(), "ERROR of last week\n");
    const error = await start("echo 'port is taken' >&2; exit 1");
    expect(error.code).toBe("SERVER_DIED");
    expect(error.message).toBe(
      "Kafka 0 ended while it was starting. The last lines of its log:\nport is taken",
    );
    expect(error.hint).toContain(logPath());
  });

  it("is told without a line where it wrote none", async () => {
    await mkdir(join(sandbox.folder, "logs"));
    appendFileSync(logPath(), "ERROR of last week\n");
    const error = await start("exit 1");
    expect(error.code).toBe("SERVER_DIED");
    expect(error.message).toBe("Kafka 0 ended while it was starting. It wrote nothing to its log.");
    expect(error.hint).toContain(logPath());
  });

  it("is told with no more than 15 lines", async () => {
    const error = await start("seq 1 100; exit 1");
    expect(error.message.split("\n").slice(1)).toEqual(Array.from({ length: 15 }, (_, at) => `${at + 86}`));
  });
});

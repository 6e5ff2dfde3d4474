import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import getPort from "get-port";
import { describe, expect, it } from "vitest";

import { loadConfig } from "../../../../src/config/load.js";
import { createLocalTarget } from "../../../../src/targets/local/local.js";
import { startProcess, stopProcess } from "../../../../src/targets/local/server-process.js";
import { StateStore } from "../../../../src/targets/local/state.js";
import { VERSIONS } from "../../../../src/targets/local/versions.js";
import type { ServerName } from "../../../../src/targets/target.js";
import { catchCdcError } from "../../../support/catch-cdc-error.js";
import { useSandbox } from "../../../support/leaks.js";
import { createStageRecorder } from "../../../support/stage.js";

const sandbox = useSandbox();
const stateDir = () => join(sandbox.folder, ".cdc-pipeline");

/** The local target of the sandbox, in which no server can start: neither Java nor PostgreSQL is there. */
async function createTarget() {
  const config = await loadConfig({ cwd: sandbox.folder, env: {}, flags: {} });
  const cacheDir = join(sandbox.folder, "cache");
  await mkdir(join(cacheDir, `postgres-${VERSIONS.postgres}`), { recursive: true });
  const local = {
    ...config.local,
    postgresPort: await getPort(),
    kafkaPort: await getPort(),
    connectPort: await getPort(),
    javaHome: join(sandbox.folder, "no-java"),
  };
  const target = createLocalTarget({ ...config, cacheDir, local });
  const recorder = createStageRecorder();
  return {
    up: () => recorder.run("deploy", (stage, context) => target.up(stage, context)),
    purge: () =>
      recorder.run("down", (stage, context) =>
        target.down(stage, context, { purge: true, keepPostgres: false }),
      ),
    recorder,
  };
}

describe("a stateDir that holds somebody else's files", () => {
  it("is refused on up and never removed by down --purge", async () => {
    await mkdir(stateDir());
    await writeFile(join(stateDir(), "thesis.tex"), "years of work");
    const { up, purge, recorder } = await createTarget();
    for (const work of [up, purge]) {
      const error = await catchCdcError(work());
      expect(error.code).toBe("PATH_NOT_WRITABLE");
      expect(error.message).toContain(stateDir());
      expect(readdirSync(stateDir())).toEqual(["thesis.tex"]);
      expect(readFileSync(join(stateDir(), "thesis.tex"), "utf8")).toBe("years of work");
    }
    // What was not removed is not said to be.
    expect(recorder.summary()).toEqual(["data and logs: failed"]);
  });

  it("is not touched where it is the whole project's folder", async () => {
    await mkdir(join(stateDir(), "src"), { recursive: true });
    await writeFile(join(stateDir(), ".gitignore"), "node_modules\n");
    const { purge } = await createTarget();
    await catchCdcError(purge());
    expect(readdirSync(stateDir()).sort()).toEqual([".gitignore", "src"]);
  });
});

describe("down --purge", () => {
  it("removes what a run that failed has left", async () => {
    const { up, purge, recorder } = await createTarget();
    await catchCdcError(up());
    expect(existsSync(join(stateDir(), "state.json"))).toBe(true);
    await purge();
    expect(recorder.summary().at(-1)).toBe("data and logs: removed");
    expect(existsSync(stateDir())).toBe(false);
  });

  it("has nothing to do where nothing was started", async () => {
    const { purge, recorder } = await createTarget();
    await purge();
    expect(recorder.summary()).toEqual(["servers: unchanged"]);
  });
});

describe("the draft of a class archive", () => {
  const draftOf = (server: ServerName) => join(stateDir(), server, "classes-0a1b2c3d.jsa");

  async function leaveDraft(server: ServerName): Promise<void> {
    await mkdir(join(stateDir(), server), { recursive: true });
    await writeFile(draftOf(server), "half an archive");
  }

  it("of a server that was killed is dropped at the next up", async () => {
    const { up } = await createTarget();
    await catchCdcError(up());
    await leaveDraft("kafka");
    await leaveDraft("connect");
    await catchCdcError(up());
    expect(existsSync(draftOf("kafka"))).toBe(false);
    expect(existsSync(draftOf("connect"))).toBe(false);
  });

  it("of a server that runs is its own, and stays", async () => {
    const { up } = await createTarget();
    await catchCdcError(up());
    await leaveDraft("kafka");
    await leaveDraft("connect");
    const process = await startProcess({
      command: "/bin/sh",
      args: ["-c", "exec sleep 60"],
      cwd: sandbox.folder,
      env: {},
      logFile: join(stateDir(), "logs", "kafka.log"),
      user: undefined,
    });
    const file = join(stateDir(), "state.json");
    const store = new StateStore(file, { version: 1, clusterId: "x", controllerPort: 9093, servers: {} });
    store.setServer("kafka", { process, port: 9092, requestedPort: 9092, fingerprint: "another" });
    await catchCdcError(up());
    await stopProcess(process, { signal: "SIGKILL", graceMs: 1_000 });
    expect(existsSync(draftOf("kafka"))).toBe(true);
    expect(existsSync(draftOf("connect"))).toBe(false);
  });
});
